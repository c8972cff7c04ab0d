//! Stories that may not be printed yet.

use jiff::Timestamp;

use crate::{
    answers::archive::Archive,
    article::Published,
    query::{ArticleHead, Error, engine::stored},
};

/// Whether an embargo still holds at a moment. One that cannot be read as a time holds.
pub fn holds(embargo: &str, now: Timestamp) -> bool {
    let until = Published { value: embargo.trim().to_owned(), source: String::new() };
    until.seconds().is_none_or(|until| until > now.as_second())
}

impl Archive {
    /// What tells which article it is that has this id: its headline, outlet, date, what became of it.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn head_of(&self, id: &str) -> Result<Option<ArticleHead>, Error> {
        self.doc_of(id)?.map(|doc| stored::head(self.snapshot(), doc)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embargo_ends_at_its_time() {
        let now: Timestamp = "2026-07-01T08:00:00Z".parse().expect("a time");
        assert!(holds("2026-07-01T10:00:01+02:00", now) && !holds("2026-07-01T09:59:59+02:00", now));
        assert!(holds("2026-07-02", now) && !holds("2026-06-30", now));
        assert!(holds("until the premiere", now));
    }
}
