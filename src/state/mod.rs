//! What an index keeps beside its documents, in `state/`: it survives a rebuild.

mod alerts;
mod arrivals;
mod backup;
mod corrected;
mod file;
mod pushed;
mod roots;
mod runs;
mod saved;
mod takedown;

pub(crate) use self::backup::own as own_state;
pub(crate) use self::file::alone;
pub use self::{
    alerts::{Alert, Alerts, News, delivery_id},
    arrivals::{Arrivals, Mark},
    backup::{BackedRoot, Backup, BackupError, Contents, back_up},
    corrected::Corrected,
    pushed::{Pushed, Standing, identity, token},
    roots::{Root, Roots},
    runs::{Run, Runs},
    saved::{Saved, SavedSearch, is_name},
    takedown::{Takedown, Takedowns},
};
