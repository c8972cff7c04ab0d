//! Whether the archive bears a quotation out: its words first, then whether a story denies them, then who said them.

mod claims;
mod judge;
mod notices;
mod person;
#[cfg(test)]
mod tests;
mod verdict;

use crate::{answers::archive::Archive, query::Error, record::ExtractionRecord};

pub use self::{
    claims::Claim,
    verdict::{Code, Draft, DraftAnswer, Match, Notice, NoticeCode, Verdict},
};

impl Archive {
    /// Holds one quotation against the archive.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn verify(&self, claim: &Claim) -> Result<Verdict, Error> {
        judge::verdict(self, claim)
    }

    /// Holds every quotation of a draft against the archive.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn verify_draft(&self, record: &ExtractionRecord) -> Result<DraftAnswer, Error> {
        let claims = Claim::all_of(record);
        let numbered: Vec<(usize, &Vec<Claim>)> = claims.iter().enumerate().collect();
        let judged = |&(number, pieces): &(usize, &Vec<Claim>)| Ok((number, judge::together(self, pieces)?));
        let mut found = (self.helpers().each_at_once(&numbered, judged).into_iter())
            .collect::<Result<Vec<(usize, Vec<Verdict>)>, Error>>()?;
        found.sort_by_key(|(number, _)| *number);
        let verdicts: Vec<Verdict> = found.into_iter().flat_map(|(_, verdicts)| verdicts).collect();
        Ok(DraftAnswer { draft: Draft::new(record, &verdicts), verdicts })
    }
}
