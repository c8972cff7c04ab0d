//! The program as a process of its own for one PDF; see [`pullquote::source::pdf`].

use std::{io, process::ExitCode};

use pullquote::source::pdf::{ARGUMENT, answer, read_apart};

use super::exit::Exit;

/// Answers if it is asked to be that process; else says how to start one.
pub fn answered() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != ARGUMENT) || arguments.next().is_some() {
        // Without its own path the program reads PDF in its own process.
        std::env::current_exe().into_iter().for_each(read_apart);
        return None;
    }
    let done = answer(&mut io::stdin().lock(), &mut io::stdout().lock());
    Some(if done.is_ok() { Exit::Done.into() } else { Exit::Failed.into() })
}
