//! The `pullquote` program; see [`pullquote`] for the library behind it.

#![forbid(unsafe_code)]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
