//! The answers: every question that an archive can be asked, as a plain request and a plain answer.

pub mod alerts;
pub mod appearances;
mod archive;
mod articles;
#[cfg(test)]
mod asked;
pub(crate) mod backend;
mod batch;
pub mod cite;
mod copies;
mod correct;
pub mod embargo;
mod explain;
mod export;
pub mod facets;
pub mod feed;
mod gathered;
mod hit;
mod known_names;
mod listed;
mod located;
pub mod maintenance;
mod meant;
pub mod metrics;
pub mod names;
mod paged;
pub mod parts;
mod passages;
pub mod person;
mod quotes;
pub mod repeated;
pub mod rising;
pub mod saved;
pub mod similar;
mod spoken;
mod status;
mod story;
pub mod suggest;
pub mod table;
#[cfg(test)]
mod tests;
mod there;
pub mod timeline;
mod topics;
pub mod verify;
mod watch;

pub use self::{
    appearances::{Appearance, Origin, OriginAnswer, OriginRequest},
    archive::Archive,
    articles::ArticleRequest,
    batch::{Answering, QueryLine},
    cite::{Citation, Cited},
    correct::Correction,
    explain::{ExplainedWord, Explanation},
    export::{ExportRecord, ExportRequest, Exported, Exports, NameMention},
    hit::{ArticleHit, Page, QuoteHit, TitleHit, check_fields},
    known_names::{KnownName, NamesRequest},
    listed::Listed,
    located::Located,
    paged::{Paged, Refusal},
    person::{PersonAnswer, PersonPage, Tally},
    quotes::QuoteRequest,
    repeated::Repeated,
    rising::{Related, Rising, RisingAnswer, RisingRequest, Values, Window},
    similar::Significant,
    status::{RootStatus, Status, left_out},
    story::{Story, StoryAnswer},
    timeline::{Period, TimelineAnswer, TimelineRequest, Undated},
    topics::{KnownTopic, TopicLevel, TopicsRequest},
    verify::{Claim, Code, Draft, DraftAnswer, Match, Verdict},
    watch::Watched,
};
pub use crate::wording::Piece;
