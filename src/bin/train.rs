//! Trains the models that extraction embeds: `cargo run --release --features train --bin train -- names --help`.

#![forbid(unsafe_code)]

use clap::Parser;

fn main() -> anyhow::Result<()> {
    pullquote::train::Train::parse().run()
}
