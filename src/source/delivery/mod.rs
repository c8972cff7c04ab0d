//! Deliveries of databases of newspapers (LexisNexis, Nexis Uni, ProQuest, Factiva, Europresse): many stories in one file,
//! which may be text, rich text, a document, a page, a mail or XML. The reader of the file finds the words; what they
//! are is found here, over their paragraphs.

mod europresse;
mod factiva;
mod lexis;
mod printed;
mod proquest;

pub use self::factiva::FactivaXml;
use self::printed::numbered;
use super::{
    Place, Record,
    html::{body, markup},
};

/// The stories of a delivery, from its words with a blank line between paragraphs; nothing when it is none.
pub fn of_text(text: &str, at: &Place<'_>, first: u32) -> Option<Vec<Record>> {
    let stories =
        lexis::stories(text).or_else(|| proquest::stories(text)).or_else(|| factiva::stories(text))?;
    Some(numbered(stories, at, first))
}

/// The stories of a delivery that is a page; nothing when it is none.
pub fn of_page(page: &str, at: &Place<'_>) -> Option<Vec<Record>> {
    const MARKS: [&str; 5] = ["DOCUMENTS", "<DOCFULL>", "ProQuest", "activa", "DocPublicationName"];
    let may_be = MARKS.iter().any(|mark| memchr::memmem::find(page.as_bytes(), mark.as_bytes()).is_some());
    if !may_be || markup::lies_too_deep(page) {
        return None;
    }
    match europresse::stories(page) {
        Some(stories) => Some(numbered(stories, at, 0)),
        None => of_text(&body::text(page).0, at, 0),
    }
}
