//! How much there is to look at, counted beside a run for those who watch it.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

use super::{
    job::{self, Target},
    options::Options,
    walk::rules,
};
use crate::{
    config::{self, Config},
    crawl,
    state::Roots,
};

/// How much there is to look at. It grows while it is counted.
#[derive(Debug, Default)]
pub struct Total {
    files: AtomicU64,
    bytes: AtomicU64,
    is_whole: AtomicBool,
    is_given_up: AtomicBool,
}

/// All there is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Total {
    /// All there is, once it is counted.
    pub fn whole(&self) -> Option<Whole> {
        let is_whole = self.is_whole.load(Relaxed);
        is_whole.then(|| Whole { files: self.files.load(Relaxed), bytes: self.bytes.load(Relaxed) })
    }

    /// Ends the count: nobody watches any more.
    pub fn give_up(&self) {
        self.is_given_up.store(true, Relaxed);
    }

    /// Counts the files of a run. What keeps it from that is told by the run itself.
    pub fn count(&self, options: &Options, settings: &dyn Fn(&Path) -> Result<Config, config::Error>) {
        let Ok(mut roots) = Roots::load(&options.index) else { return };
        let Ok(chosen) = job::chosen(&mut roots, options) else { return };
        for root in chosen {
            let Ok(config) = settings(&root.path) else { return };
            let target = Target { config, root };
            let Ok(rules) = rules(&target) else { return };
            let rules = rules.without(&options.index);
            for found in crawl::walk(&target.root.path, &rules).filter_map(Result::ok) {
                if self.is_given_up.load(Relaxed) {
                    return;
                }
                self.files.fetch_add(1, Relaxed);
                self.bytes.fetch_add(found.stamp.len, Relaxed);
            }
        }
        self.is_whole.store(true, Relaxed);
    }
}
