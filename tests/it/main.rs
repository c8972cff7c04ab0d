//! The program from outside: each module runs the real binary on files of its own.
mod alerts;
mod archive;
mod brute_force;
mod crash;
mod docs;
mod eval;
mod exit_codes;
mod extract;
mod formats;
mod golden;
mod indexing;
mod names;
mod night;
mod quotes;
mod schema;
mod source_properties;
mod topics;
