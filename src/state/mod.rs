//! What an index keeps beside its documents, in `state/`: it survives a rebuild.

mod alerts;
mod arrivals;
mod corrected;
mod file;
mod roots;
mod runs;
mod saved;
mod takedown;

pub use self::{
    alerts::{Alert, Alerts, News, delivery_id},
    arrivals::{Arrivals, Mark},
    corrected::Corrected,
    roots::{Root, Roots},
    runs::{Run, Runs},
    saved::{Saved, SavedSearch, is_name},
    takedown::{Takedown, Takedowns},
};
