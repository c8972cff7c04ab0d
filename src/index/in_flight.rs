//! How much may wait for the engine's threads.
//!
//! Tantivy's queue holds up to 10,000 batches whatever their size. Each batch here carries a permit in its last
//! document; the permit is given back when the engine takes the document up.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use tantivy::{Document, TantivyDocument};

/// Longest wait for room. The limit is soft: an engine that died gives no permits back, and says so when it is asked.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes on their way, and their limit.
pub(super) struct InFlight {
    limit: usize,
    state: Arc<(Mutex<usize>, Condvar)>,
}

/// Leave to have that many bytes on their way; given back when dropped.
pub(super) struct Permit {
    bytes: usize,
    state: Arc<(Mutex<usize>, Condvar)>,
}

impl InFlight {
    pub fn new(limit: usize) -> Self {
        Self { limit, state: Arc::default() }
    }

    /// Waits until there is room; a batch larger than the limit goes when it is alone.
    pub fn enter(&self, bytes: usize) -> Permit {
        let (count, room) = &*self.state;
        let waiting = count.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut count, _) = room
            .wait_timeout_while(waiting, PATIENCE, |count| *count > 0 && *count + bytes > self.limit)
            .unwrap_or_else(PoisonError::into_inner);
        *count += bytes;
        Permit { bytes, state: Arc::clone(&self.state) }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let (count, room) = &*self.state;
        *count.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        room.notify_all();
    }
}

/// A document, with the permit of its batch if it is the last of it.
pub(super) struct Tracked {
    document: TantivyDocument,
    permit: Option<Permit>,
}

impl Tracked {
    pub fn weigh(&mut self, permit: Permit) {
        self.permit = Some(permit);
    }
}

impl From<TantivyDocument> for Tracked {
    fn from(document: TantivyDocument) -> Self {
        Self { document, permit: None }
    }
}

impl Document for Tracked {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}
