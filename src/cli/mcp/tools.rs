//! The tools: for each its arguments, and the question it asks of the library.

use std::io::BufReader;

use pullquote::{
    annotation::NameKind,
    answers::{
        Archive, ArticleRequest, Claim, NamesRequest, OriginRequest, PersonAnswer, QuoteRequest,
        TimelineRequest, timeline::Step,
    },
    config::SourceConfig,
    query::{self, Query, Sort},
    reading::{Extracted, Reading},
    source,
};
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::answer::{Answer, Cited, Fault};

/// Most results of one answer.
const MOST: usize = 50;

/// Characters of a story that are given without being asked for more.
const STORY: usize = 12_000;

/// Stories that a count is shown with.
const EXAMPLES: usize = 3;

/// A tool.
pub struct Entry {
    /// What a client calls it.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// JSON Schema of its arguments.
    pub schema: fn() -> Map<String, Value>,
    /// Answers.
    pub call: fn(&Archive, Map<String, Value>) -> Result<Answer, Fault>,
}

/// Every tool.
pub const TOOLS: &[Entry] = &[
    Entry {
        name: "search",
        about: "Stories about something, the best first, with a snippet, names and matching quotes.",
        schema: schema::<SearchArgs>,
        call: |archive, args| search(archive, &read(args)?),
    },
    Entry {
        name: "quotes",
        about: "Who said what: quotes by their words, their speaker, and whom they name.",
        schema: schema::<QuotesArgs>,
        call: |archive, args| quotes(archive, &read(args)?),
    },
    Entry {
        name: "person",
        about: "One person: all written forms, how often and when, latest quotes by and about, with whom, on what.",
        schema: schema::<PersonArgs>,
        call: |archive, args| person(archive, &read(args)?),
    },
    Entry {
        name: "story",
        about: "One story whole, by its id, a quote's id, a quote_at address, or its path.",
        schema: schema::<StoryArgs>,
        call: |archive, args| story(archive, &read(args)?),
    },
    Entry {
        name: "origin",
        about: "Where a sentence first appeared, every later variant with the words that changed, who was credited.",
        schema: schema::<OriginArgs>,
        call: |archive, args| origin(archive, &read(args)?),
    },
    Entry {
        name: "timeline",
        about: "How many stories match over time.",
        schema: schema::<TimelineArgs>,
        call: |archive, args| timeline(archive, &read(args)?),
    },
    Entry {
        name: "names",
        about: "People, organisations, works, places and events that the archive knows, with counts.",
        schema: schema::<NamesArgs>,
        call: |archive, args| names(archive, &read(args)?),
    },
    Entry {
        name: "verify",
        about: "Does the archive bear quotations out? Hold one, or every one of a draft, against it before you write \
                them. Verdicts: stands, minor, too-short, other-speaker, uncredited, denied, not-quoted, altered, \
                not-found.",
        schema: schema::<VerifyArgs>,
        call: |archive, args| verify(archive, &read(args)?),
    },
];

/// The schema of a tool's arguments.
fn schema<T: JsonSchema>() -> Map<String, Value> {
    match schemars::schema_for!(T).to_value() {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// Reads a tool's arguments; what is wrong with them is told with the field.
fn read<T: DeserializeOwned>(args: Map<String, Value>) -> Result<T, Fault> {
    serde_path_to_error::deserialize(Value::Object(args)).map_err(|error| {
        let path = error.path().to_string();
        let said = error.into_inner().to_string();
        // A field that is missing or unknown is named by what is said; it is none of a path.
        if path == "." { Fault(said) } else { Fault(format!("field `{path}`: {said}")) }
    })
}

/// What is wrong with a field.
fn wrong(field: &str, error: impl std::fmt::Display) -> Fault {
    Fault(format!("field `{field}`: {error}"))
}

/// How many results are wanted.
fn limit(limit: Option<usize>) -> Result<usize, Fault> {
    match limit {
        None => Ok(10),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(limit) => Err(wrong("limit", format_args!("{limit} is not from 1 to {MOST}"))),
    }
}

fn parsed(field: &str, text: &str, plain: bool) -> Result<Query, Fault> {
    query::read(text, plain).map_err(|error| wrong(field, error))
}

/// Order of stories and quotes.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Relevance,
    Newest,
    Oldest,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchArgs {
    /// Words, "exact phrases", AND OR NOT, and fields such as person: speaker: source: date:2024-01..2024-06
    query: String,
    /// Take the query as plain words, without operators and fields
    #[serde(default)]
    plain: bool,
    /// Order of the stories
    #[serde(default)]
    sort: Order,
    /// Results wanted, 1 to 50; 10 by default
    limit: Option<usize>,
}

fn search(archive: &Archive, args: &SearchArgs) -> Result<Answer, Fault> {
    let request = ArticleRequest {
        limit: limit(args.limit)?,
        sort: args.sort.into(),
        any_word: args.plain,
        ..ArticleRequest::new(parsed("query", &args.query, args.plain)?)
    };
    let page = archive.search(&request)?;
    let mut answer = Answer::new(&page.hits)?.of(page.ranked);
    answer.citations = page.hits.iter().map(Cited::from).collect();
    answer.notes = page.notes.into_iter().map(|note| note.text).collect();
    Ok(answer)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct QuotesArgs {
    /// Words of the quotes, and fields of them and their stories; may be empty
    #[serde(default)]
    query: String,
    /// Who said them
    by: Option<String>,
    /// Whom or what they name
    about: Option<String>,
    /// Order of the quotes
    #[serde(default)]
    sort: Order,
    /// Results wanted, 1 to 50; 10 by default
    limit: Option<usize>,
}

fn quotes(archive: &Archive, args: &QuotesArgs) -> Result<Answer, Fault> {
    let request = QuoteRequest {
        by: args.by.clone(),
        about: args.about.clone(),
        limit: limit(args.limit)?,
        sort: args.sort.into(),
        ..QuoteRequest::new(parsed("query", &args.query, false)?)
    };
    let page = archive.quotes(&request)?;
    let mut answer = Answer::new(&page.hits)?.of(page.ranked);
    for quote in &page.hits {
        answer.citations.push(Cited::quote(archive, quote)?);
    }
    answer.notes = page.notes.into_iter().map(|note| note.text).collect();
    Ok(answer)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PersonArgs {
    /// The name, in any of its forms
    name: String,
}

fn person(archive: &Archive, args: &PersonArgs) -> Result<Answer, Fault> {
    match archive.person(&args.name)? {
        PersonAnswer::Found(page) => {
            let mut answer = Answer::new(&[&page])?;
            let quotes = page.latest_quotes.iter().chain(&page.latest_quotes_about);
            for quote in quotes {
                let cited = Cited::quote(archive, &quote.quote)?;
                if !answer.citations.contains(&cited) {
                    answer.citations.push(cited);
                }
            }
            if answer.citations.is_empty() {
                answer.citations = naming(archive, &page.name)?;
            }
            Ok(answer)
        }
        PersonAnswer::Several(several) => {
            let mut answer = Answer::new(&[] as &[Value])?;
            let names: Vec<String> = several.into_iter().map(|one| one.label).collect();
            answer.notes.push(format!("several people bear this name: {}", names.join(", ")));
            Ok(answer)
        }
        PersonAnswer::Nobody(near) => {
            let mut answer = Answer::new(&[] as &[Value])?;
            let near =
                if near.is_empty() { String::new() } else { format!(": probably meant {}", near.join(", ")) };
            answer.notes.push(format!("the archive knows nobody of this name{near}"));
            Ok(answer)
        }
    }
}

/// The newest stories that hold a name.
fn naming(archive: &Archive, name: &str) -> Result<Vec<Cited>, Fault> {
    examples(archive, Query::Phrase(name.to_owned(), 0))
}

/// The newest stories of a query.
fn examples(archive: &Archive, query: Query) -> Result<Vec<Cited>, Fault> {
    let request = ArticleRequest { limit: EXAMPLES, sort: Sort::Newest, ..ArticleRequest::new(query) };
    Ok(archive.search(&request)?.hits.iter().map(Cited::from).collect())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StoryArgs {
    /// Id of a story or a quote, a quote_at address, or a path
    id: String,
    /// First character of the text that is wanted; 0 by default
    #[serde(default)]
    from: usize,
    /// Characters of the text wanted; 12,000 by default
    length: Option<usize>,
}

fn story(archive: &Archive, args: &StoryArgs) -> Result<Answer, Fault> {
    let found = archive.show(&args.id).map_err(|error| wrong("id", error))?;
    let mut story = found.story;
    let all = story.text.chars().count();
    let length = args.length.unwrap_or(STORY);
    let text: String = story.text.chars().skip(args.from).take(length).collect();
    let given = text.chars().count();
    story.text = text;
    let cited = Cited::from(&story);
    let mut answer = Answer::new(&[&story])?;
    if given < all {
        answer.complete = false;
        answer.notes.push(format!(
            "characters {} to {} of {all} of the text: `from` and `length` give others",
            args.from,
            args.from + given
        ));
    }
    answer.notes.extend(found.notes.into_iter().map(|note| note.text));
    answer.citations.push(cited);
    if let Some(quote) = &found.quote {
        answer.citations.push(Cited::quote(archive, quote)?);
    }
    Ok(answer)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OriginArgs {
    /// The words, at least two; `…` stands for words left out
    words: String,
    /// Results wanted, 1 to 50; 10 by default
    limit: Option<usize>,
}

fn origin(archive: &Archive, args: &OriginArgs) -> Result<Answer, Fault> {
    let request = OriginRequest { words: args.words.clone(), limit: limit(args.limit)? };
    let found = archive.origin(&request).map_err(|error| wrong("words", error))?;
    let mut answer = Answer::new(&found.appearances)?.of(found.origin.appearances);
    answer.complete &= found.origin.complete;
    for appearance in &found.appearances {
        answer.citations.push(Cited::appearance(archive, appearance)?);
    }
    answer.notes.push(match found.origin.credited.as_slice() {
        [] => "nobody is credited".to_owned(),
        credited => format!("credited: {}", credited.join(", ")),
    });
    Ok(answer)
}

/// Width of a step.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Width {
    Day,
    #[default]
    Month,
    Year,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TimelineArgs {
    /// What to look for; every word must match
    query: String,
    /// Width of a step
    #[serde(default)]
    by: Width,
}

fn timeline(archive: &Archive, args: &TimelineArgs) -> Result<Answer, Fault> {
    let query = parsed("query", &args.query, false)?;
    let step = match args.by {
        Width::Day => Step::Day,
        Width::Month => Step::Month,
        Width::Year => Step::Year,
    };
    let found = archive.timeline(&TimelineRequest { query: query.clone(), step })?;
    let mut answer = Answer::new(&found.periods)?;
    answer.complete = found.undated.complete;
    if found.undated.articles > 0 {
        answer.notes.push(format!("{} more stories are undated", found.undated.articles));
    }
    answer.citations = examples(archive, query)?;
    Ok(answer)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NamesArgs {
    /// What the name, or a word of it, begins with
    prefix: Option<String>,
    /// The only kind wanted: person, org, work, place or event
    kind: Option<NameKind>,
    /// Results wanted, 1 to 50; 10 by default
    limit: Option<usize>,
}

fn names(archive: &Archive, args: &NamesArgs) -> Result<Answer, Fault> {
    let request = NamesRequest { prefix: args.prefix.clone(), kind: args.kind, limit: limit(args.limit)? };
    let listed = archive.known_names(&request)?;
    let mut answer = Answer::new(&listed.entries)?.of(listed.all as u64);
    answer.complete &= listed.complete;
    if let Some(first) = listed.entries.first() {
        answer.citations = naming(archive, &first.name)?;
    }
    Ok(answer)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VerifyArgs {
    /// One quotation, without its marks
    quote: Option<String>,
    /// Who is said to have said it
    by: Option<String>,
    /// A whole draft, plain text or Markdown, instead of one quotation
    draft: Option<String>,
}

fn verify(archive: &Archive, args: &VerifyArgs) -> Result<Answer, Fault> {
    let verdicts = match (&args.quote, &args.draft) {
        (Some(quote), None) => {
            if quote.split_whitespace().nth(1).is_none() {
                return Err(wrong("quote", query::Error::TooFewWords));
            }
            vec![archive.verify(&Claim::new(quote, args.by.as_deref()))?]
        }
        (None, Some(_)) if args.by.is_some() => {
            return Err(wrong("by", "goes with `quote`; a draft names its speakers"));
        }
        (None, Some(draft)) => {
            let reading = Reading { format: source::by_name("text"), config: SourceConfig::default() };
            let mut verdicts = Vec::new();
            reading.stream("draft", &mut BufReader::new(draft.as_bytes()), &mut |record: Extracted| {
                let record = record.map_err(|skipped| wrong("draft", skipped.message))?;
                verdicts.extend(archive.verify_draft(&record)?.verdicts);
                Ok::<(), Fault>(())
            })?;
            verdicts
        }
        _ => return Err(wrong("quote", "give either `quote` or `draft`")),
    };
    let mut answer = Answer::new(&verdicts)?;
    answer.complete = verdicts.iter().all(|verdict| verdict.complete);
    answer.citations = verdicts.iter().flat_map(|verdict| &verdict.matches).map(Cited::from).collect();
    answer.notes.push("verdicts speak of this archive only, and of nothing else".to_owned());
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn faults_name_the_field() {
        let fault = |args: Value| {
            let Value::Object(args) = args else { panic!("no arguments") };
            read::<SearchArgs>(args).err().map(|fault| fault.0).unwrap_or_default()
        };
        assert!(fault(json!({})).contains("`query`"));
        assert!(fault(json!({ "query": 3 })).starts_with("field `query`:"));
        assert!(fault(json!({ "query": "a", "limit": "many" })).starts_with("field `limit`:"));
        assert!(fault(json!({ "query": "a", "colour": 1 })).contains("`colour`"));
        assert!(limit(Some(0)).is_err_and(|fault| fault.0.starts_with("field `limit`")));
        assert!(parsed("query", "(grief", false).is_err_and(|fault| fault.0.starts_with("field `query`")));
    }

    #[test]
    fn every_tool_has_a_schema_that_tells_its_fields() {
        for tool in TOOLS {
            let schema = (tool.schema)();
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert!(
                schema["properties"].as_object().is_some_and(|fields| !fields.is_empty()),
                "{}",
                tool.name
            );
        }
    }
}
