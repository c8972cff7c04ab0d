# The ten things one does. `just` lists them.

_list:
    @just --list --unsorted

# Does it compile?
check:
    cargo check --all-targets

# All tests; or those whose name contains FILTER
test FILTER="":
    cargo test {{ FILTER }}

# Every gate that a change must pass
ci:
    .ci/run

# Renew what the tests hold: snapshots, schemas, golden files, and what the pages show. Read the difference
renew:
    cargo run -- generate schema schema
    INSTA_UPDATE=always cargo test --test it commands
    PULLQUOTE_GOLDEN=1 cargo test --test it -- rereading golden
    PULLQUOTE_DOCS=1 cargo test --test it docs
    git diff --stat

# Scores on the gold answers, and whether a floor gave way
eval:
    cargo run --release -- eval --floors data/eval/floors.json

# Time each stage of extraction
bench:
    cargo bench --bench stages

# The sample archive, in DIR, to play with
demo DIR="":
    cargo run --release -- demo {{ if DIR == "" { "" } else { "--keep " + quote(DIR) } }}

# Fuzz one of the targets in fuzz/ for a minute
fuzz TARGET:
    cd fuzz && cargo +nightly fuzz run {{ TARGET }} -- -max_total_time=60

# Draw the recording of the terminal anew
recording:
    cargo build && .ci/recording.py target/debug/pullquote docs/recording.svg

# Packages of a release, tried in a bare Debian; or the STEPs named
release *STEPS:
    .ci/release {{ STEPS }}
