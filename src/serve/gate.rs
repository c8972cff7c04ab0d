//! How many questions are answered at the same time, and how many wait.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long a question waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets so many in at a time, and has so many wait.
pub struct Gate {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
}

/// A turn. It is held until the thread that answers ends: a question that runs cannot be broken off.
pub type Turn = OwnedSemaphorePermit;

impl Gate {
    /// A gate.
    pub fn new(at_once: usize, queue: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(at_once.max(1))), waiting: AtomicUsize::new(0), queue }
    }

    /// A turn, perhaps after waiting; nothing where too many wait already, or for too long.
    pub async fn enter(&self) -> Option<Turn> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Some(turn);
        }
        let _waits = Waits::begin(&self.waiting, self.queue)?;
        timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await.ok()?.ok()
    }
}

/// One place of the queue; whoever goes away leaves it.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::AcqRel) < most).then_some(place)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_finds_the_queue_full_is_told_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let gate = Arc::new(Gate::new(1, 1));
            let first = gate.enter().await.expect("a turn");
            let second = tokio::spawn({
                let gate = Arc::clone(&gate);
                async move { gate.enter().await.is_some() }
            });
            tokio::task::yield_now().await;
            assert!(gate.enter().await.is_none(), "one has a turn, one waits");
            drop(first);
            assert!(second.await.expect("a turn"));
            assert!(gate.enter().await.is_some() && gate.waiting.load(Ordering::Acquire) == 0);
        });
    }
}
