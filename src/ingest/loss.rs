//! What seems gone, and how much of that is believed: an archive whose disk is not there, whose copy went wrong or whose
//! delivery broke off looks like one that was emptied.
//!
//! One rule holds for roots and for files of several stories, in files and in stories: whoever lost all it held, or more
//! than half of it and more than [`LOSS_ALLOWED`], keeps it, and the run fails. What came in its place counts against a
//! loss: a folder that was renamed is no loss. A file that is damaged keeps what it held at any loss.

use super::job::{Filed, Reading};
use crate::{article::ArticleId, report::LeftOut};

/// This much may go in one run, or half of what is held, before the loss must be allowed.
const LOSS_ALLOWED: u64 = 20;

/// Whether that is too much to be lost by whoever held so many, and has nothing left or something.
pub(super) fn is_too_much(lost: u64, held: u64, nothing_left: bool) -> bool {
    lost > 0 && (nothing_left || (lost > LOSS_ALLOWED && lost > held / 2))
}

/// What a file held and does not hold any more.
#[derive(Debug)]
pub(super) struct Loss {
    /// Ids of what was not met again.
    pub gone: Vec<ArticleId>,
    /// How many of these nothing came in the place of.
    pub lost: u64,
    /// How many articles the file held.
    pub held: u64,
}

/// A file that was read, with what is to be recorded of it.
#[derive(Debug)]
pub(super) struct Shrunk {
    pub file: Filed,
    pub read: Reading,
    pub left_out: LeftOut,
    pub loss: Loss,
    /// Whether the file as a whole has a fault.
    pub damaged: bool,
}

impl Shrunk {
    /// Whether it must be seen with what the rest of its root lost.
    pub fn is_doubtful(&self) -> bool {
        self.loss.lost > self.loss.held / 2
    }

    /// Whether it holds nothing any more.
    pub fn is_empty(&self) -> bool {
        self.loss.lost >= self.loss.held
    }

    /// Whether it lost too much by itself.
    pub fn is_too_much(&self) -> bool {
        self.loss.held > 1 && is_too_much(self.loss.lost, self.loss.held, self.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_or_twenty_may_go_and_not_all() {
        assert!(!is_too_much(0, 0, true));
        assert!(!is_too_much(20, 25, false) && !is_too_much(50, 100, false));
        assert!(is_too_much(21, 41, false) && is_too_much(1, 1, true));
    }
}
