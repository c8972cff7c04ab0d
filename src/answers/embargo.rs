//! Stories that may not be printed yet.

use jiff::Timestamp;

use crate::{
    answers::{
        appearances::{Appearance, OriginAnswer},
        archive::Archive,
        hit::{ArticleHit, QuoteHit},
        story::Story,
        verify::Match,
    },
    article::Published,
    query::{ArticleHead, Error, engine::stored},
};

/// What of a story may not be read before its time: its words, and whom and what they name. That it is there, its headline
/// and where it lies are told.
pub trait Withhold {
    /// Leaves that out.
    fn withhold(&mut self);
}

impl Withhold for ArticleHit {
    fn withhold(&mut self) {
        self.snippet = Default::default();
        self.quotes.iter_mut().for_each(Withhold::withhold);
        let names = [&mut self.people, &mut self.orgs, &mut self.works, &mut self.places, &mut self.events];
        names.into_iter().chain([&mut self.topics]).for_each(Vec::clear);
    }
}

impl Withhold for Story {
    fn withhold(&mut self) {
        self.text.clear();
        (self.names, self.quotes, self.topics, self.tags) = Default::default();
        let names = [&mut self.people, &mut self.orgs, &mut self.works, &mut self.places, &mut self.events];
        names.into_iter().for_each(Vec::clear);
    }
}

impl Withhold for QuoteHit {
    fn withhold(&mut self) {
        self.text.clear();
        self.context.text.clear();
        (self.speaker, self.speaker_guess, self.speaker_mention, self.cue) = Default::default();
    }
}

impl Withhold for Appearance {
    fn withhold(&mut self) {
        self.text.clear();
        (self.pieces, self.speaker, self.speaker_guess) = Default::default();
    }
}

impl Withhold for Match {
    fn withhold(&mut self) {
        self.text.clear();
        self.context.text.clear();
        (self.pieces, self.speaker, self.speaker_guess, self.notices) = Default::default();
    }
}

impl OriginAnswer {
    /// Leaves out what may not be read of the appearances that `held` tells, and credits those alone that are left.
    ///
    /// # Errors
    /// When `held` fails.
    pub fn withhold<E>(&mut self, mut held: impl FnMut(&Appearance) -> Result<bool, E>) -> Result<(), E> {
        let mut any = false;
        for appearance in &mut self.appearances {
            if held(appearance)? {
                any = true;
                appearance.withhold();
            }
        }
        if any {
            let mut credited: Vec<String> =
                self.appearances.iter().filter_map(|one| one.speaker.clone()).collect();
            credited.sort_unstable();
            credited.dedup();
            self.origin.credited = credited;
        }
        Ok(())
    }
}

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
