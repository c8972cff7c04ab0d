//! How hits look on a terminal.

use std::{
    fmt::{self, Display},
    io::{self, Write},
};

use pullquote::{
    annotation::Stance,
    answers::{ArticleHit, Piece, QuoteHit},
    query::Snippet,
    visible::line,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::page::Style;

/// Headlines and names.
pub const STRONG: Style = Style::Strong;
/// Dates, outlets, paths.
pub const FAINT: Style = Style::Faint;
/// Words that were searched for.
pub const MARK: Style = Style::Yellow;
/// That words were not said.
pub const DOUBT: Style = Style::Red;
/// Speakers.
pub const SPEAKER: Style = Style::Cyan;

/// A number with what it counts: `1 article`, `2 articles`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Articles, counted.
pub fn articles(count: u64) -> String {
    counted(count, "article", "articles")
}

/// People listed with an article.
const PEOPLE: usize = 6;

/// Sets the first hit that holds too few of the words apart from those before it.
pub fn partial(is_first: bool, out: &mut impl Write) -> io::Result<()> {
    match is_first {
        true => writeln!(out, "     {FAINT}· with fewer of the words ·{FAINT:#}\n"),
        false => Ok(()),
    }
}

/// Writes an article hit.
pub fn article(hit: &ArticleHit, width: usize, out: &mut impl Write) -> io::Result<()> {
    let title = line(hit.title.as_deref().unwrap_or(&hit.path));
    for (number, line) in wrapped(&title, width.saturating_sub(6)).into_iter().enumerate() {
        let rank = if number == 0 { hit.rank.to_string() } else { String::new() };
        writeln!(out, "{FAINT}{rank:>3}{FAINT:#}  {STRONG}{line}{STRONG:#}")?;
    }
    let facts = [
        hit.published.as_deref().map(|date| date.get(..10).unwrap_or(date)),
        hit.source.as_deref(),
        Some(hit.id.as_str()),
    ];
    let facts: Vec<&str> = facts.into_iter().flatten().collect();
    let facts = format!("{} · {}", facts.join(" · "), hit.path);
    faint(&line(&facts), width, out)?;
    match (&hit.copy_of, hit.copies) {
        (_, Some(copies @ 1..)) => writeln!(out, "     {FAINT}and {copies} near-copies of it{FAINT:#}")?,
        (Some(original), _) => writeln!(out, "     {FAINT}near-copy of {}{FAINT:#}", original.as_str())?,
        _ => (),
    }
    snippet(&hit.snippet, "     ", width, out)?;
    if !hit.people.is_empty() {
        let people: Vec<&str> = hit.people.iter().take(PEOPLE).map(String::as_str).collect();
        let people = line(&people.join(", ")).into_owned();
        for (number, line) in wrapped(&people, width.saturating_sub(13)).into_iter().enumerate() {
            let label = if number == 0 { "people" } else { "" };
            writeln!(out, "     {FAINT}{label:<6}{FAINT:#} {line}")?;
        }
    }
    if let Some(best) = hit.quotes.first() {
        words(best, "     ", width, out)?;
    }
    writeln!(out)
}

/// Writes a quote hit with the story it stands in.
pub fn quote(hit: &QuoteHit, width: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{FAINT}{:>3}{FAINT:#}", hit.rank.unwrap_or_default())?;
    words(hit, "     ", width, out)?;
    let facts = [
        hit.published.as_deref().map(|date| date.get(..10).unwrap_or(date)),
        hit.title.as_deref().or(Some(&hit.path)),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let (facts, kind, confidence) = (line(&facts), hit.kind.as_str(), (hit.confidence * 100.0).round());
    faint(&format!("{facts} · {kind}, {confidence} % · {}", hit.id), width, out)?;
    writeln!(out)
}

/// Writes what stands below a headline or a quote.
fn faint(text: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    let mut lines = wrapped(text, width.saturating_sub(6)).into_iter();
    lines.try_for_each(|line| writeln!(out, "     {FAINT}{line}{FAINT:#}"))
}

/// Writes a quote's words and who said them.
fn words(hit: &QuoteHit, indent: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    let lead = if hit.rank.is_some_and(|rank| rank > 0) { "  " } else { indent };
    let text: String = hit.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (number, line) in
        wrapped(&format!("“{text}”"), width.saturating_sub(indent.len() + 1)).into_iter().enumerate()
    {
        writeln!(out, "{}{line}", if number == 0 { lead } else { indent })?;
    }
    writeln!(out, "{indent}— {}", speaker(hit))
}

/// Who said a quote: a name, who it may be, the words that stand for somebody unnamed; and whether it was not said.
pub fn speaker(hit: &QuoteHit) -> impl Display {
    fmt::from_fn(move |out| {
        if hit.stance != Stance::Said {
            write!(out, "{DOUBT}{}{DOUBT:#} ", hit.stance.as_str())?;
        }
        let pointed = hit.speaker_mention.as_ref().map(|mention| mention.text.as_str());
        match (&hit.speaker, &hit.speaker_guess, pointed) {
            (Some(name), ..) => write!(out, "{SPEAKER}{}{SPEAKER:#}", line(name)),
            (None, Some(guess), _) => write!(out, "{FAINT}perhaps {}{FAINT:#}", line(&guess.name)),
            (None, None, Some(words)) => write!(out, "{FAINT}{} (no name given){FAINT:#}", line(words)),
            (None, None, None) => write!(out, "{FAINT}nobody named{FAINT:#}"),
        }
    })
}

/// Writes a snippet over several lines, what was searched for marked.
fn snippet(snippet: &Snippet, indent: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    let mut marks = snippet.highlights.iter().peekable();
    let mut at = 0u32;
    for line in wrapped(&snippet.text, width.saturating_sub(indent.len() + 1)) {
        write!(out, "{indent}")?;
        for c in line.chars() {
            while marks.next_if(|mark| mark.1 <= at).is_some() {}
            if marks.peek().is_some_and(|mark| mark.0 == at) {
                write!(out, "{MARK}")?;
            }
            write!(out, "{c}")?;
            at += 1;
            if marks.peek().is_some_and(|mark| mark.1 == at) {
                write!(out, "{MARK:#}")?;
            }
        }
        // The blank at which the line was broken.
        at += 1;
        writeln!(out)?;
    }
    Ok(())
}

/// Words on one line, what steers a terminal made visible.
pub fn one_line(text: &str) -> String {
    line(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// A comparison in signs: `[-asked]`, `[+found]`, `[~found otherwise spelt]`, `[…found where words were left out]`.
pub fn pieces(pieces: &[Piece]) -> String {
    let shown = |piece: &Piece| match piece {
        Piece::Same(words) => one_line(words),
        Piece::Respelt(words) => format!("[~{}]", one_line(words)),
        Piece::Skipped(words) => format!("[…{}]", one_line(words)),
        Piece::Added(words) => format!("[+{}]", one_line(words)),
        Piece::Dropped(words) => format!("[-{}]", one_line(words)),
    };
    pieces.iter().map(shown).collect::<Vec<_>>().join(" ")
}

/// Writes a line of [`pieces`], its signs in their colours. `open` is the colour that the line before ended in.
pub fn signed(line: &str, open: &mut Option<Style>, out: &mut impl Write) -> io::Result<()> {
    const SIGNS: [(&str, Style); 4] =
        [("[-", Style::Red), ("[+", Style::Green), ("[~", Style::Yellow), ("[…", Style::Cyan)];
    if let Some(style) = open {
        write!(out, "{style}")?;
    }
    let mut rest = line;
    while !rest.is_empty() {
        let sign = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
        if let (Some((_, style)), None) = (sign, *open) {
            write!(out, "{style}")?;
            *open = Some(*style);
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let next = rest[first..].find(['[', ']']).map_or(rest.len(), |next| next + first);
        let (part, behind) = rest.split_at(next);
        match open.filter(|_| part.starts_with(']')) {
            Some(style) => {
                write!(out, "]{style:#}{}", &part[1..])?;
                *open = None;
            }
            None => write!(out, "{part}")?,
        }
        rest = behind;
    }
    match open {
        Some(style) => write!(out, "{style:#}"),
        None => Ok(()),
    }
}

/// A text's lines, broken at blanks so that none is wider than `width` columns, unless one word is.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let columns = word.width();
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && used + 1 + columns > width.max(20) {
            lines.push(word.to_owned());
            used = columns;
        } else {
            if !line.is_empty() {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += columns;
        }
    }
    lines
}

/// A text cut to so many columns, with `…` where something is left out.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used < width
    });
    kept.chain(['…']).collect()
}
