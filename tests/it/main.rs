//! The program from outside: each module runs the real binary on files of its own.
mod exit_codes;
mod schema;
