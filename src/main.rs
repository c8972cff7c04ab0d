//! The `pullquote` program; see [`pullquote`] for the library behind it.

#![forbid(unsafe_code)]

mod cli;

/// Gives back what a run no longer needs: with the C library's allocator a third of the memory of a long run is none of the
/// program's any more (`docs/PERFORMANCE.md`).
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
