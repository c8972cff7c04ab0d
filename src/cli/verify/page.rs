//! One self-contained page to mail: the drafts with their quotations marked, the proof beside each.
//!
//! Nothing on it runs or is fetched, and everything that comes from a draft or a story is escaped.

use std::fmt::Write;

use pullquote::{
    answers::{Code, DraftAnswer, Match, Piece, Verdict},
    record::ExtractionRecord,
};

/// A draft with its verdicts.
pub type Checked = (ExtractionRecord, DraftAnswer);

const PAGE: &str = include_str!("page.html");

/// The page of some drafts.
pub fn of(checked: &[Checked]) -> String {
    let drafts: String =
        (1..).zip(checked).map(|(number, (record, answer))| draft(number, record, answer)).collect();
    let (head, foot) = PAGE.split_once("{{drafts}}").expect("the page has a place for the drafts");
    format!("{head}{drafts}{foot}")
}

fn draft(number: usize, record: &ExtractionRecord, answer: &DraftAnswer) -> String {
    let title = record.title.as_deref().or(record.path.as_deref()).unwrap_or(&record.id);
    let proofs: String =
        (1..).zip(&answer.verdicts).map(|(quote, verdict)| proof(&anchor(number, quote), verdict)).collect();
    let text = marked(number, &record.text, &answer.verdicts);
    let unchecked = match answer.draft.unchecked {
        0 => String::new(),
        count => {
            let by = escaped(&answer.draft.unchecked_speakers.join(", "));
            format!("<p class=\"faint\">Reported without marks, and not checked: {count} {by}</p>")
        }
    };
    format!(
        "<h2>{}</h2>\n<div class=\"draft\">\n<div class=\"text\">{text}</div>\n<div class=\"proof\">{proofs}{unchecked}</div>\n</div>\n",
        escaped(title)
    )
}

fn anchor(draft: usize, quote: usize) -> String {
    format!("q{draft}-{quote}")
}

/// The draft's text, each quotation with a link to its proof.
fn marked(draft: usize, text: &str, verdicts: &[Verdict]) -> String {
    let chars: Vec<char> = text.chars().collect();
    let slice = |start: usize, end: usize| {
        escaped(&chars[start.min(chars.len())..end.min(chars.len())].iter().collect::<String>())
    };
    let mut page = String::new();
    let mut at = 0;
    for (quote, verdict) in (1..).zip(verdicts) {
        let Some((start, end)) = verdict.start.zip(verdict.end) else { continue };
        let (start, end) = ((start as usize).max(at), end as usize);
        if start >= end {
            continue;
        }
        let (class, link, words) = (class(verdict.verdict), anchor(draft, quote), slice(start, end));
        write!(
            page,
            "{}<a href=\"#{link}\"><mark class=\"{class}\" title=\"{}\">{words}</mark></a>",
            slice(at, start),
            verdict.verdict.as_str()
        )
        .expect("writing to a string cannot fail");
        at = end;
    }
    page + &slice(at, chars.len())
}

fn class(code: Code) -> &'static str {
    match code {
        Code::Stands | Code::Minor => "good",
        Code::TooShort | Code::Uncredited => "look",
        Code::OtherSpeaker | Code::Denied | Code::NotQuoted | Code::Altered | Code::NotFound => "bad",
    }
}

fn proof(anchor: &str, verdict: &Verdict) -> String {
    let class = class(verdict.verdict);
    let by = verdict.by.as_deref().map(|by| format!(" — {}", escaped(by))).unwrap_or_default();
    let mut page = format!(
        "<article id=\"{anchor}\" class=\"{class}\"><p><span class=\"code\">{}</span></p>",
        verdict.verdict.as_str()
    );
    let best = verdict.matches.first();
    let words = match best.filter(|_| matches!(verdict.verdict, Code::Altered | Code::Minor)) {
        Some(best) => best.pieces.iter().map(piece).collect::<Vec<_>>().join(" "),
        None => escaped(&verdict.quote),
    };
    write!(page, "<p>“{words}”{by}</p>").expect("writing to a string cannot fail");
    if let Some(best) = best {
        page.push_str(&source(verdict, best));
    }
    page + "</article>\n"
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Same(words) => escaped(words),
        Piece::Respelt(words) => format!("<em>{}</em>", escaped(words)),
        Piece::Skipped(words) => format!("<span class=\"faint\">({})</span>", escaped(words)),
        Piece::Added(words) => format!("<ins>{}</ins>", escaped(words)),
        Piece::Dropped(words) => format!("<del>{}</del>", escaped(words)),
    }
}

/// What a verdict rests on.
fn source(verdict: &Verdict, best: &Match) -> String {
    let near = match verdict.verdict {
        Code::NotFound => format!("nearest, {:.0} %: ", 100.0 * best.near),
        _ => String::new(),
    };
    let title = escaped(best.title.as_deref().unwrap_or(&best.path));
    let title =
        match best.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
            Some(url) => format!("<a href=\"{}\" rel=\"noreferrer\">{title}</a>", escaped(url)),
            None => title,
        };
    let facts = [best.published.as_deref(), best.source.as_deref(), best.speaker.as_deref()];
    let facts: Vec<String> = facts.into_iter().flatten().map(escaped).collect();
    let mut page = format!("<p>{near}{title} <span class=\"faint\">{}</span></p>", facts.join(" · "));
    let notices = best.notices.iter().map(|notice| format!("<p>{}</p>", escaped(&notice.text)));
    page.extend(notices);
    write!(page, "<p>{}</p><p class=\"faint\">{}</p>", escaped(&best.context.text), escaped(&best.quote_at))
        .expect("writing to a string cannot fail");
    if verdict.appearances > 1 {
        write!(page, "<p class=\"faint\">{} stories have these words</p>", verdict.appearances)
            .expect("writing to a string cannot fail");
    }
    page
}

/// Text as it stands in HTML, between tags and in attributes.
fn escaped(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            c if c.is_control() && c != '\n' => (),
            c => page.push(c),
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_story_is_markup() {
        assert_eq!(
            escaped("<script>\"a\" & 'b'\u{1b}[31m"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;[31m"
        );
        assert_eq!(piece(&Piece::Added("<b>".into())), "<ins>&lt;b&gt;</ins>");
    }
}
