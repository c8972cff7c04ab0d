//! Whether the archive bears out a quotation, or every one of a draft. Drafts are read, answered and forgotten.

use std::io::BufReader;

use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;

use crate::{
    answers::{Claim, Code, Draft, DraftAnswer, Match, Verdict, embargo::Withhold},
    config::SourceConfig,
    query::Error,
    reading::{Extracted, Reading},
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            quote::speaker,
            text::{self, counted, headline, percent, pieces, words},
        },
        shown::{Answer, Shown, value},
    },
    source,
    visible::line,
};

/// Columns of the table.
const COLUMNS: &[&str] = &["verdict", "quote", "by", "near", "appearances", "start", "end", "complete"];

/// Quotations of a draft that are looked at.
const MOST_QUOTES: usize = 200;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let (quote, draft) = (asked.params.get("quote"), asked.params.get("draft"));
    let (mut verdicts, drafts) = match (quote, draft) {
        (Some(quote), None) => (vec![one(asked, quote)?], Vec::new()),
        (None, Some(draft)) => whole(asked, draft)?,
        (None, None) => {
            let main = html! { h1 { "Does the archive bear it out?" } (forms(asked)) };
            return Ok(Shown { columns: COLUMNS, ..Shown::new("Verify", main) }.into());
        }
        (Some(_), Some(_)) => return Err(Fault::wrong("Give either `quote` or `draft`.")),
    };
    for found in verdicts.iter_mut().flat_map(|verdict| &mut verdict.matches) {
        if asked.withholds_story(found.id.as_str())? {
            found.withhold();
        }
    }
    let complete = verdicts.iter().all(|verdict| verdict.complete);
    let main = html! {
        h1 { "Does the archive bear it out?" }
        (sum(&verdicts, &drafts))
        section #results aria-label="Verdicts" {
            @for (number, verdict) in (1..).zip(sorted(&verdicts)) { (shown(verdict, number)) }
        }
        @if verdicts.is_empty() { p .empty { "There is no quotation in this draft." } }
        (forms(asked))
        p .note { "Verdicts speak of this archive, and of nothing else. Drafts are not kept." }
    };
    let rows: Vec<Value> = verdicts.iter().map(value).chain(drafts.iter().map(value)).collect();
    let title = format!("Verify: {}", counted(verdicts.len() as u64, "quotation", "quotations"));
    let page = Shown::new(title, main).with_rows(&rows, COLUMNS);
    Ok(Shown { total: verdicts.len() as u64, complete, is_lasting: draft.is_none(), ..page }.into())
}

fn one(asked: &Asked, quote: &str) -> Result<Verdict, Fault> {
    let quote = quote.trim_matches(['“', '”', '"', '«', '»']);
    if quote.split_whitespace().nth(1).is_none() {
        return Err(Error::TooFewWords.into());
    }
    Ok(asked.archive.verify(&Claim::new(quote, asked.params.get("by")))?)
}

/// Every quotation of a draft.
fn whole(asked: &Asked, draft: &str) -> Result<(Vec<Verdict>, Vec<Draft>), Fault> {
    let reading = Reading { format: source::by_name("text"), config: SourceConfig::default() };
    let (mut verdicts, mut drafts) = (Vec::new(), Vec::new());
    let mut each = |record: Extracted| {
        let record = record.map_err(|_| Fault::wrong("The draft cannot be read as text."))?;
        if record.quotes.len() > MOST_QUOTES {
            let said =
                format!("The draft has {} quotations: {MOST_QUOTES} at the most.", record.quotes.len());
            return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too-many-quotes", said));
        }
        let DraftAnswer { verdicts: more, draft } = asked.archive.verify_draft(&record)?;
        verdicts.extend(more);
        drafts.push(draft);
        Ok(())
    };
    reading.stream("draft", &mut BufReader::new(draft.as_bytes()), &mut each)?;
    Ok((verdicts, drafts))
}

/// The worst first, as an editor wants them; those that are alike in the order of the draft.
fn sorted(verdicts: &[Verdict]) -> Vec<&Verdict> {
    let mut sorted: Vec<&Verdict> = verdicts.iter().collect();
    sorted.sort_by_key(|verdict| std::cmp::Reverse(verdict.verdict));
    sorted
}

fn forms(asked: &Asked) -> Markup {
    let field = |name: &str| asked.params.get(name).map(line).unwrap_or_default();
    html! {
        div .two {
            form .verify action="/verify" {
                h2 { "One quotation" }
                label for="verify-quote" { "The words" }
                textarea #verify-quote name="quote" rows="3" required { (field("quote")) }
                label for="verify-by" { "Said by (may be left out)" }
                input #verify-by name="by" value=(field("by")) autocomplete="off" data-suggest="name";
                button { "Verify the quotation" }
            }
            form .verify action="/verify" method="post" {
                h2 { "A whole draft" }
                label for="verify-draft" { "Paste the text; every quotation in it is looked up" }
                textarea #verify-draft name="draft" rows="8" required { }
                button { "Verify the draft" }
            }
        }
    }
}

fn sum(verdicts: &[Verdict], drafts: &[Draft]) -> Markup {
    let count = |code: Code| verdicts.iter().filter(|verdict| verdict.verdict == code).count();
    let unchecked: u64 = drafts.iter().map(|draft| draft.unchecked).sum();
    html! {
        p .sum #count {
            (counted(verdicts.len() as u64, "quotation", "quotations"))
            @for code in Code::ALL.into_iter().filter(|code| count(*code) > 0) {
                ", " (count(code)) " " (told(code).1)
            }
        }
        @if unchecked > 0 {
            p .note {
                (counted(unchecked, "statement", "statements")) " reported without marks, and not checked"
                @let by: Vec<&str> = drafts.iter().flat_map(|draft| &draft.unchecked_speakers).map(String::as_str).collect();
                @if !by.is_empty() { ": " (line(&by.join(", "))) } "."
            }
        }
    }
}

/// A verdict's sign, and its words.
fn told(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::Stands => ("=", "exact"),
        Code::Minor => ("≈", "the same but for spelling"),
        Code::TooShort => ("·", "too short to tell"),
        Code::OtherSpeaker => ("≠", "said by somebody else"),
        Code::Uncredited => ("?", "not credited"),
        Code::Denied => ("✗", "denied"),
        Code::NotQuoted => ("¶", "the reporter’s own words"),
        Code::Altered => ("≠", "altered"),
        Code::NotFound => ("∅", "not in the archive"),
    }
}

fn class(code: Code) -> &'static str {
    match code {
        Code::Stands | Code::Minor => "good",
        Code::TooShort | Code::Uncredited => "look",
        _ => "bad",
    }
}

fn shown(verdict: &Verdict, number: usize) -> Markup {
    let (sign, meaning) = told(verdict.verdict);
    html! {
        article .verdict .(class(verdict.verdict)) id={ "r" (number) } tabindex="-1" data-row {
            p .code { span aria-hidden="true" { (sign) } " " strong { (meaning) }
                @if !verdict.complete && !verdict.verdict.is_fine() { " so far: not everything was looked at" } }
            p .yours {
                span .label { "Yours" } " “" (words(&verdict.quote)) "”"
                @if let Some(by) = &verdict.by { " — " (text::person(by)) }
            }
            @if let Some(best) = verdict.matches.first() { (proof(verdict, best)) }
            @if verdict.matches.len() > 1 {
                details {
                    summary { (counted(verdict.matches.len() as u64 - 1, "more passage", "more passages")) }
                    @for other in &verdict.matches[1..] { (proof(verdict, other)) }
                }
            }
        }
    }
}

/// A passage beside a quotation.
fn proof(verdict: &Verdict, found: &Match) -> Markup {
    html! {
        div .proof {
            p .theirs {
                span .label { @if verdict.verdict == Code::NotFound { "Nearest, " (percent(found.near)) } @else { "Archive" } }
                " “" (pieces(&found.pieces)) "”"
            }
            p .facts {
                @if let Some(stance) = found.stance {
                    (speaker(found.speaker.as_deref(), found.speaker_guess.as_ref(), stance)) " · "
                }
                a href={ "/quote/" (found.quote_at) } { (headline(found.title.as_deref(), &found.path)) }
                @if let Some(source) = &found.source { " · " (words(source)) }
                " · " (text::date(found.published.as_deref()))
                @if found.first && verdict.appearances > 1 { " · first of " (counted(verdict.appearances, "story", "stories")) }
            }
            @for notice in &found.notices {
                p .banner { (words(&notice.text)) @if let Some(id) = &notice.id { " " a href={ "/story/" (id.as_str()) } { "Read it" } } }
            }
        }
    }
}
