//! What an answer may cost: until when it is looked for, and which threads help.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Turns that a thread waits for the others awake: some hundred microseconds.
const MOST_TURNS: u32 = 20_000;

/// Threads that look through one archive for one question; more find nothing to do.
const MOST_THREADS: usize = 8;

/// Threads that help the one that asks. They are started when a question first needs them.
#[derive(Debug)]
pub struct Helpers {
    threads: usize,
    idle: Idle,
    pool: OnceLock<Option<ThreadPool>>,
    /// Large searches begun.
    searches: AtomicUsize,
}

/// What helping threads do between two searches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idle {
    /// They sleep: for programs that do other work between two questions, such as a server.
    #[default]
    Asleep,
    /// They stay awake for a third of a millisecond, for a batch whose next query comes sooner than one is woken.
    Awake,
}

impl Helpers {
    /// No helping threads: everything is done by the one that asks.
    pub fn none() -> Self {
        Self::new(1, Idle::Asleep)
    }

    /// So many threads together with the one that asks, at least 1 and at most eight.
    pub fn new(threads: usize, idle: Idle) -> Self {
        let threads = threads.clamp(1, MOST_THREADS);
        Self { threads, idle, pool: OnceLock::new(), searches: AtomicUsize::new(0) }
    }

    /// As many as there are processors.
    pub fn of_this_machine(idle: Idle) -> Self {
        Self::new(thread::available_parallelism().map_or(1, NonZero::get), idle)
    }

    /// Threads that work at one question, the one that asks among them.
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    /// Does the same with each of several things at once, on the thread that asks and those that help it; what comes of
    /// them is in no order.
    pub(crate) fn each_at_once<S: Sync, T: Send>(
        self: &Arc<Self>,
        things: &[S],
        find: impl Fn(&S) -> T + Sync,
    ) -> Vec<T> {
        let Some(pool) = self.pool().filter(|_| things.len() > 1 && self.threads > 1) else {
            return things.iter().map(find).collect();
        };
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let found = Mutex::new(Vec::new());
        let work = || {
            while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                let one = find(thing);
                found.lock().unwrap_or_else(PoisonError::into_inner).push(one);
                done.fetch_add(1, Ordering::Release);
            }
        };
        let useful = (self.threads - 1).min(things.len() - 1);
        pool.in_place_scope(|scope| {
            (0..useful).for_each(|_| scope.spawn(|_| work()));
            self.searches.fetch_add(1, Ordering::Release);
            work();
            if self.idle == Idle::Awake {
                // Going to sleep and being woken takes longer than the others mostly do.
                awake_while(|| done.load(Ordering::Acquire) < things.len());
            }
        });
        self.expect_more();
        found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the helping threads awake for the next search of a batch, which comes soon.
    fn expect_more(self: &Arc<Self>) {
        let Some(pool) = self.pool.get().and_then(Option::as_ref).filter(|_| self.idle == Idle::Awake) else {
            return;
        };
        let begun = self.searches.load(Ordering::Acquire);
        for _ in 1..self.threads {
            let same = Arc::downgrade(self);
            pool.spawn(move || {
                awake_while(|| {
                    same.upgrade().is_some_and(|helpers| helpers.searches.load(Ordering::Acquire) == begun)
                });
            });
        }
    }

    /// Does work that spreads itself over the threads.
    pub(crate) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match self.pool() {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    fn pool(&self) -> Option<&ThreadPool> {
        self.pool.get_or_init(|| ThreadPoolBuilder::new().num_threads(self.threads).build().ok()).as_ref()
    }
}

/// Waits awake as long as something holds, but not for long.
fn awake_while(holds: impl Fn() -> bool) {
    for _ in 0..MOST_TURNS {
        if !holds() {
            return;
        }
        std::hint::spin_loop();
    }
}

/// Tells when the time for an answer is over, and remembers whether anything was left out for that.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    deadline: Option<Instant>,
    cut: AtomicBool,
}

impl Clock {
    /// A clock that runs until then.
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { deadline: Some(deadline), cut: AtomicBool::new(false) }
    }

    /// Whether the time is over. Whoever asks leaves out the rest when it is.
    pub(crate) fn is_over(&self) -> bool {
        let Some(deadline) = self.deadline else { return false };
        let is_over = Instant::now() >= deadline;
        if is_over {
            self.cut.store(true, Ordering::Relaxed);
        }
        is_over
    }

    /// Whether something was left out.
    pub(crate) fn has_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn everything_is_done_once_whoever_helps() {
        let things: Vec<usize> = (0..100).collect();
        for helpers in [Helpers::none(), Helpers::new(3, Idle::Asleep), Helpers::new(4, Idle::Awake)] {
            let helpers = Arc::new(helpers);
            let mut found = helpers.each_at_once(&things, |thing| thing * 2);
            found.sort_unstable();
            assert_eq!(found, (0..100).map(|thing| thing * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_clock_remembers_what_it_cut() {
        assert!(!Clock::default().is_over());
        let over = Clock::until(Instant::now());
        assert!(over.is_over() && over.has_cut());
        let far = Clock::until(Instant::now() + Duration::from_secs(3600));
        assert!(!far.is_over() && !far.has_cut());
    }
}
