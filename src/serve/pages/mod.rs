//! The pages: one file each, with its question and its markup.

mod alerts;
mod help;
mod home;
mod names;
mod origin;
mod person;
mod quote;
mod quotes;
mod saved;
mod search;
mod status;
mod story;
mod timeline;
mod topics;
mod verify;

use super::{asked::Asked, fault::Fault, shown::Answer};

/// A value that a page takes behind the question mark.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The only values that it has; any text where there are none.
    pub values: &'static [&'static str],
    /// Whether there is no answer without it.
    pub is_needed: bool,
}

/// A page and its twins.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its path. One that ends with `/` has an id behind it.
    pub path: &'static str,
    /// What it answers.
    pub about: &'static str,
    /// What it takes.
    pub params: &'static [Param],
    /// Types of its rows.
    pub rows: &'static [&'static str],
    /// Whether it takes a form that is posted too.
    pub takes_form: bool,
    /// Whether it is a feed too.
    pub has_feed: bool,
    /// Answers.
    pub answer: fn(&Asked) -> Result<Answer, Fault>,
}

/// A value that is any text.
const fn text(name: &'static str, about: &'static str) -> Param {
    Param { name, about, values: &[], is_needed: false }
}

/// One of several values.
const fn one_of(name: &'static str, about: &'static str, values: &'static [&'static str]) -> Param {
    Param { name, about, values, is_needed: false }
}

const SORT: Param = one_of("sort", "Order of the rows", &["relevance", "newest", "oldest"]);
const AFTER: Param = text("after", "`next` of the page before");
const LIMIT: Param = text("limit", "Rows of a page, 1 to 200");
const ALL: Param = one_of("all", "Every row as a stream; JSON Lines and CSV only", &["1"]);

/// Every page.
pub const PAGES: &[Page] = &[
    Page {
        path: "/",
        about: "What the archive is, and where to begin",
        params: &[],
        rows: &[],
        takes_form: false,
        has_feed: false,
        answer: home::answer,
    },
    Page {
        path: "/search",
        about: "Stories that match a query, the best first",
        params: &[
            text("q", "The query"),
            SORT,
            one_of("copies", "Near-identical copies: only the best of them by default", &["all"]),
            one_of("facets", "Count facets however long it takes", &["all"]),
            AFTER,
            LIMIT,
            ALL,
        ],
        rows: &["article"],
        takes_form: false,
        has_feed: false,
        answer: search::answer,
    },
    Page {
        path: "/story/",
        about: "One story with its names, quotes and topics",
        params: &[text("q", "A query whose words are marked")],
        rows: &["story"],
        takes_form: false,
        has_feed: false,
        answer: story::answer,
    },
    Page {
        path: "/quotes",
        about: "Who said what",
        params: &[
            text("q", "Words of the quotes, and fields of them and their stories"),
            text("by", "Who said it"),
            text("about", "Whom or what it names"),
            one_of("kind", "How the words stand in the story", quotes::KINDS),
            SORT,
            AFTER,
            LIMIT,
            ALL,
        ],
        rows: &["quote"],
        takes_form: false,
        has_feed: false,
        answer: quotes::answer,
    },
    Page {
        path: "/quote/",
        about: "Words in a story, by their address",
        params: &[
            text("at", "First character of the words, a dash, one past their last"),
            text("h", "Hash of the words"),
        ],
        rows: &["quote"],
        takes_form: false,
        has_feed: false,
        answer: quote::answer,
    },
    Page {
        path: "/person",
        about: "One person, organisation, work, place or event",
        params: &[text("name", "The name, in any of its forms")],
        rows: &["person", "name"],
        takes_form: false,
        has_feed: false,
        answer: person::answer,
    },
    Page {
        path: "/origin",
        about: "Where words stood first, every variant since, who was credited",
        params: &[text("words", "The words, at least two"), LIMIT],
        rows: &["appearance", "origin"],
        takes_form: false,
        has_feed: false,
        answer: origin::answer,
    },
    Page {
        path: "/verify",
        about: "Whether the archive bears out a quotation, or every one of a draft",
        params: &[
            text("quote", "The quotation, without its marks"),
            text("by", "Who is said to have said it"),
        ],
        rows: &["verdict", "draft"],
        takes_form: true,
        has_feed: false,
        answer: verify::answer,
    },
    Page {
        path: "/timeline",
        about: "Stories that match a query over time",
        params: &[
            text("q", "The query; every word must match"),
            one_of("by", "Width of a step", &["month", "day", "year"]),
            one_of("per", "Count for each thousand stories of the archive", &["thousand"]),
        ],
        rows: &["period", "undated"],
        takes_form: false,
        has_feed: false,
        answer: timeline::answer,
    },
    Page {
        path: "/names",
        about: "Whom and what the archive names, with counts",
        params: &[
            text("prefix", "What a word of the name begins with"),
            one_of("kind", "The only kind wanted", names::KINDS),
            AFTER,
            LIMIT,
        ],
        rows: &["name"],
        takes_form: false,
        has_feed: false,
        answer: names::answer,
    },
    Page {
        path: "/topics",
        about: "What the archive is about: the IPTC tree level by level, or topics of any kind",
        params: &[
            text("under", "The topic whose level is opened, by code or label"),
            text("prefix", "What a word of the topic begins with"),
            one_of("kind", "The only kind wanted", topics::KINDS),
            AFTER,
            LIMIT,
        ],
        rows: &["topic"],
        takes_form: false,
        has_feed: false,
        answer: topics::answer,
    },
    Page {
        path: "/saved",
        about: "Saved searches",
        params: &[],
        rows: &["saved"],
        takes_form: false,
        has_feed: false,
        answer: saved::list,
    },
    Page {
        path: "/saved/",
        about: "What a saved search finds, newest first; `.atom` is a feed",
        params: &[AFTER, LIMIT],
        rows: &["article"],
        takes_form: false,
        has_feed: true,
        answer: saved::one,
    },
    Page {
        path: "/alerts",
        about: "What the saved searches found among new stories, newest first",
        params: &[AFTER, LIMIT],
        rows: &["alert"],
        takes_form: false,
        has_feed: true,
        answer: alerts::answer,
    },
    Page {
        path: "/status",
        about: "What the index holds, and when it last ran",
        params: &[],
        rows: &["status"],
        takes_form: false,
        has_feed: false,
        answer: status::answer,
    },
    Page {
        path: "/skipped",
        about: "Inputs that are left out, and why",
        params: &[AFTER, LIMIT],
        rows: &["skipped"],
        takes_form: false,
        has_feed: false,
        answer: status::skipped,
    },
    Page {
        path: "/help",
        about: "How queries are written",
        params: &[],
        rows: &[],
        takes_form: false,
        has_feed: false,
        answer: help::answer,
    },
];
