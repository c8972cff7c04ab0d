//! One run: crawl → source → extract → index. The only module that knows all four.
//!
//! A run walks its roots in order and compares every file's stamp with what the index knows of it. What is new or may
//! have changed is read in chunks, spread over the threads; what was found goes to the engine at once and is committed
//! every now and then, together with the record of the files it came from. Files that are gone are removed when the
//! whole root was walked. Whatever ends a run early, the last commit stands, and the next run goes on from there.

mod bytes;
mod commit;
mod corrected;
mod decide;
mod ending;
mod error;
mod file;
mod forget;
mod job;
mod loss;
mod moved;
mod old;
mod options;
mod passed;
mod plan;
mod restore;
mod run;
#[cfg(test)]
mod tests;
mod total;
mod walk;

pub use self::{
    decide::Why,
    ending::{Ended, Outcome},
    error::Error,
    forget::{TakenDown, remove},
    options::{Event, Options, Stop, Surroundings},
    plan::plan,
    restore::{Restored, restore},
    run::run,
    total::{Total, Whole},
};
