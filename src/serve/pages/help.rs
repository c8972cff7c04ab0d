//! How queries are written.

use maud::html;

use crate::{
    fields::FIELDS,
    serve::{
        asked::Asked,
        fault::Fault,
        params::address,
        shown::{Answer, Shown},
    },
};

/// Queries to begin with.
const EXAMPLES: [(&str, &str); 13] = [
    ("divorce settlement", "stories with both words, or their inflections; then those with one"),
    ("\"cold feet\"", "the exact phrase, whatever the case or the kind of quotation mark"),
    ("divorce -pitt", "without a word"),
    ("velvet OR piano", "either"),
    ("\"smoke machine\"~5", "the words within five others of each other"),
    ("Voss NEAR/10 tour", "two words, phrases or names near each other"),
    ("premier*", "words that begin so"),
    ("harbor~1", "words spelt so, up to one error"),
    ("person:\"Ines Valcourt\"", "stories that name somebody, in whatever form"),
    (
        "speaker:Valcourt quote:cold",
        "stories in which she says something with that word: one and the same quote",
    ),
    ("about:\"Callum Reyes-Holt\" kind:direct", "direct quotes that name him"),
    ("fire date:2018..2020", "from one year to another; also 2018-05, 2018-05-04, >2019, 7d, today, none"),
    ("topic:cinema source:\"Velvet Rope\"", "on a topic, in one outlet"),
];

/// Keys of the page, where scripts run.
const KEYS: [(&str, &str); 5] = [
    ("/", "to the search box"),
    ("j, k", "to the next and the previous row"),
    ("n, p", "in a story: to the next and the previous match"),
    ("Enter", "in the search box: search as typed"),
    ("Esc", "closes what is suggested"),
];

/// Answers.
pub fn answer(_: &Asked) -> Result<Answer, Fault> {
    let main = html! {
        h1 { "How queries are written" }
        div .scroll tabindex="0" role="region" aria-label="Queries" {
            table {
                caption { "Queries" }
                thead { tr { th scope="col" { "Type" } th scope="col" { "to find" } } }
                tbody { @for (query, about) in EXAMPLES {
                    tr { th scope="row" { a href=(address("/search", &[("q", query)])) { code { (query) } } } td { (about) } }
                } }
            }
        }
        p { "What holds at least 60 % of the words (of one or two all) comes first, the rest behind it. Marks that can be no "
            "syntax are text. Every address can be kept and sent: it is the whole question. With " code { ".json" } ", "
            code { ".jsonl" } " or " code { ".csv" } " behind its path it gives the same rows to programs; "
            a href="/openapi.json" { "openapi.json" } " describes them." }
        div .scroll tabindex="0" role="region" aria-label="Fields" {
            table {
                caption { "Fields" }
                thead { tr { th scope="col" { "Field" } th scope="col" { "What it holds" } } }
                tbody { @for row in FIELDS { @if let Some(prefix) = row.prefix {
                    tr { th scope="row" { code { (prefix) ":" } } td { (row.doc) } }
                } } }
            }
        }
        section aria-labelledby="keys" {
            h2 #keys { "Keys" }
            dl .keys { @for (key, about) in KEYS { dt { kbd { (key) } } dd { (about) } } }
            p .needs-script hidden { label { input #keys-on type="checkbox" checked; " Keys work" } }
        }
    };
    Ok(Shown { columns: &["query"], ..Shown::new("How queries are written", main) }.into())
}
