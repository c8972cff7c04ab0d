//! Captions of broadcasts and podcasts: WebVTT, SRT and SBV. What somebody says is a paragraph; where captions name who
//! speaks, it begins with the name and a colon, as transcripts are written, so that it is known whose words they are.

use std::io::BufRead;

use super::{Error, Format, Place, Record, charset, dates, whole};
use crate::{article::Article, config::SourceConfig};

/// Seconds without a word that end a paragraph, where nothing else does.
const PAUSE: f64 = 3.0;

/// Bytes of a paragraph that is ended at the next sentence, where nobody is named and nobody pauses.
const LONG: usize = 600;

/// Bytes of the longest name of a speaker.
const NAME: usize = 40;

/// One broadcast a file.
pub struct Captions;

impl Format for Captions {
    fn name(&self) -> &'static str {
        "captions"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["vtt", "srt", "sbv"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        // Every text is asked, and its first lines tell.
        let lines = head.split(|&byte| byte == b'\n').map(String::from_utf8_lossy);
        let mut lines = lines.filter(|line| !line.trim().is_empty());
        let Some(first) = lines.next() else { return false };
        let first = first.trim();
        let is_number = first.bytes().all(|byte| byte.is_ascii_digit());
        first.split_whitespace().next() == Some("WEBVTT")
            || times(first).is_some()
            || is_number && lines.next().is_some_and(|line| times(line.trim()).is_some())
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        each(whole(input, config).and_then(|bytes| article(&charset::decode(&bytes, None), at)));
    }
}

fn article(text: &str, at: &Place<'_>) -> Record {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() {
        return Err(Error::file("empty", "the file is empty"));
    }
    let (cues, lang) = cues(&text);
    if cues.is_empty() && !text.lines().any(|line| times(line.trim()).is_some()) {
        return match text.starts_with("WEBVTT") {
            true => Err(Error::file("empty", "the file holds no captions")),
            false => Err(Error::file("bad-record", "no captions: none of its lines says when it is shown")),
        };
    }
    let text = paragraphs(&cues);
    if text.is_empty() {
        return Err(Error::file("empty", "the captions hold no words"));
    }
    Ok(Article {
        origin: at.origin(0),
        title: super::text::title_of_name(at.stem()),
        published: dates::in_path(at.path),
        lang,
        text,
        ..Article::default()
    })
}

/// When a caption is shown, in seconds, and what it says, by line.
struct Cue<'a> {
    start: f64,
    end: f64,
    lines: Vec<&'a str>,
}

/// The captions of a file, and its language.
fn cues(text: &str) -> (Vec<Cue<'_>>, Option<String>) {
    let mut cues: Vec<Cue<'_>> = Vec::new();
    let mut lang = None;
    let is_vtt = text.starts_with("WEBVTT");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut number = 0;
    let mut in_block = is_vtt;
    while number < lines.len() {
        let line = lines[number];
        number += 1;
        if let Some((start, end)) = times(line) {
            in_block = false;
            let mut said = Vec::new();
            while number < lines.len() && !lines[number].is_empty() {
                // Some write no blank line between captions: the next begins at its times, or at the number above.
                let next_begins = times(lines[number]).is_some()
                    || is_number(lines[number])
                        && lines.get(number + 1).is_some_and(|line| times(line).is_some());
                if next_begins {
                    break;
                }
                said.push(lines[number]);
                number += 1;
            }
            if start <= end + 1.0 || !is_vtt {
                cues.push(Cue { start, end: end.max(start), lines: said });
            }
        } else if line.is_empty() {
            in_block = false;
        } else if let Some(language) = line.strip_prefix("Language:").filter(|_| in_block && cues.is_empty())
        {
            lang = super::filled(language);
        } else if ["NOTE", "STYLE", "REGION"].iter().any(|block| line.starts_with(block)) {
            while number < lines.len() && !lines[number].is_empty() {
                number += 1;
            }
        }
    }
    (cues, lang)
}

fn is_number(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// The two times of `00:00:01.000 --> 00:00:02.000`, with a comma in SRT, or `0:00:01.000,0:00:02.000` in SBV.
fn times(line: &str) -> Option<(f64, f64)> {
    let (from, to) = match line.split_once("-->") {
        Some(times) => times,
        None => {
            let at = line.find(',')?;
            let (from, to) = (&line[..at], &line[at + 1..]);
            (from.matches(':').count() == 2 && to.matches(':').count() == 2).then_some((from, to))?
        }
    };
    Some((seconds(from.trim())?, seconds(to.split_whitespace().next()?)?))
}

fn seconds(written: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut parts = 0;
    for part in written.split(':') {
        let number: f64 = part.replace(',', ".").parse().ok().filter(|number: &f64| *number >= 0.0)?;
        total = total * 60.0 + number;
        parts += 1;
    }
    (2..=3).contains(&parts).then_some(total)
}

/// Captions as they are told apart: who speaks, if that is said, and the words.
#[derive(Debug, PartialEq)]
struct Turn {
    speaker: Option<String>,
    words: String,
    /// Whether a dash says that somebody else speaks.
    is_other: bool,
}

fn paragraphs(cues: &[Cue<'_>]) -> String {
    let mut text = String::new();
    let mut speaker: Option<String> = None;
    let mut last_line = String::new();
    let mut ended = 0.0;
    // Words that a pause or a speaker has begun: where the paragraph starts.
    let mut start = 0;
    for cue in cues {
        for line in &cue.lines {
            for turn in turns(line) {
                // Captions that roll up show each line twice, the second time above the next.
                if turn.words.is_empty() || turn.speaker.is_none() && turn.words == last_line {
                    continue;
                }
                last_line.clone_from(&turn.words);
                let is_new = turn.speaker.is_some() && turn.speaker != speaker;
                let ends = text.trim_end().ends_with(['.', '!', '?', '…', '"', '”', '♪', ']', ')']);
                let begins = turn.is_other
                    || is_new
                    || cue.start - ended > PAUSE && ends
                    || text.len() - start > LONG && ends;
                if text.is_empty() || begins {
                    if !text.is_empty() {
                        text.push_str("\n\n");
                    }
                    start = text.len();
                    // Who spoke before a pause need not be who speaks after it.
                    speaker.clone_from(&turn.speaker);
                    if let Some(name) = &speaker {
                        text.push_str(name);
                        text.push_str(": ");
                    }
                } else {
                    text.push(' ');
                }
                text.push_str(&turn.words);
                ended = cue.end;
            }
        }
        ended = ended.max(cue.end);
    }
    text
}

/// What one line of a caption says, by whom.
fn turns(line: &str) -> Vec<Turn> {
    let mut found: Vec<Turn> = Vec::new();
    let (voice_lines, mut voice) = (voices(line), None);
    for (name, words) in voice_lines {
        voice = name.or(voice);
        let mut words = words.trim();
        let mut is_other = false;
        if let Some(rest) = words.strip_prefix(">>>").or_else(|| words.strip_prefix(">>")) {
            (words, is_other) = (rest.trim_start(), true);
        } else if let Some(rest) = words.strip_prefix("- ").or_else(|| words.strip_prefix("– ")) {
            (words, is_other) = (rest.trim_start(), true);
        }
        let (speaker, words) = match (&voice, label(words)) {
            (Some(voice), _) => (Some(voice.clone()), words),
            (None, Some((name, rest))) => (Some(name), rest),
            (None, None) => (None, words),
        };
        if !words.is_empty() {
            found.push(Turn { speaker, words: words.to_owned(), is_other });
        }
    }
    found
}

/// The stretches of a line without its tags, each with the voice that a tag named before it.
fn voices(line: &str) -> Vec<(Option<String>, String)> {
    let mut found = vec![(None, String::new())];
    let mut rest = line;
    while let Some(at) = rest.find('<') {
        let (words, tag) = rest.split_at(at);
        if let Some(last) = found.last_mut() {
            last.1.push_str(words);
        }
        let Some(end) = tag.find('>') else {
            rest = tag.trim_start_matches('<');
            continue;
        };
        let inside = &tag[1..end];
        if let Some(name) = inside.strip_prefix('v').filter(|rest| rest.starts_with(['.', ' ', '\t'])) {
            let name = name.split_once([' ', '\t']).map_or("", |(_, name)| name);
            found.push((super::filled(name), String::new()));
        }
        rest = &tag[end + 1..];
    }
    if let Some(last) = found.last_mut() {
        last.1.push_str(rest);
    }
    for (_, words) in &mut found {
        let plain =
            quick_xml::escape::unescape(&words.replace("&nbsp;", " ")).map(|words| words.into_owned());
        let plain = plain.unwrap_or_else(|_| words.clone());
        let plain = plain.replace(['\u{200e}', '\u{200f}', '\u{200b}'], "").replace("{\\an8}", "");
        *words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    found.retain(|(_, words)| !words.is_empty());
    found
}

/// A name at the beginning of a line: `VALCOURT: It was cold`, `[Alba] En 1928`, `(Ines) It was cold`. What is in brackets
/// without words behind it is a noise.
fn label(words: &str) -> Option<(String, &str)> {
    let bracketed = |open: char, close: char| {
        let (name, rest) = words.strip_prefix(open)?.split_once(close)?;
        let rest = rest.trim_start_matches(':').trim_start();
        (!rest.is_empty()).then_some((name, rest))
    };
    let colon = || {
        let (name, rest) = words.split_once(": ")?;
        Some((name, rest.trim_start()))
    };
    let (name, rest) = bracketed('[', ']').or_else(|| bracketed('(', ')')).or_else(colon)?;
    let name = name.trim();
    // A name is one to four words in capitals, or with a capital each.
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let count = name.split_whitespace().count();
    let is_name = name.len() <= NAME
        && (1..=4).contains(&count)
        && name
            .split_whitespace()
            .all(|word| capital(word) && word.chars().all(|c| c.is_alphabetic() || "-'’.".contains(c)));
    is_name.then(|| (name.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(captions: &str) -> String {
        paragraphs(&cues(captions).0)
    }

    #[test]
    fn times_are_those_of_three_formats() {
        assert_eq!(times("00:16.500 --> 00:18.500 align:start"), Some((16.5, 18.5)));
        assert_eq!(times("01:00:00,500 --> 01:00:07,000"), Some((3600.5, 3607.0)));
        assert_eq!(times("0:00:00.378,0:00:11.378"), Some((0.378, 11.378)));
        for line in ["00:00:07.000 --> 00:00:1d.890", "Well, it was: cold", "", "1"] {
            assert_eq!(times(line), None, "{line}");
        }
    }

    #[test]
    fn voices_are_turns() {
        let vtt = "WEBVTT\nLanguage: en\n\nNOTE by Ada\n\n1\n00:01.000 --> 00:02.000\n<v Ines Valcourt>It was <i>cold</i>\n\n\
                   00:02.000 --> 00:03.000\n<v Ines Valcourt>on the boats.</v>\n\n00:03.000 --> 00:04.000\n<v Host>How cold?\n\n\
                   00:04.000 --> 00:05.000\n<v Ines Valcourt>Ropes &amp; all.\n";
        assert_eq!(
            text(vtt),
            "Ines Valcourt: It was cold on the boats.\n\nHost: How cold?\n\nInes Valcourt: Ropes & all."
        );
        assert_eq!(cues(vtt).1.as_deref(), Some("en"));
    }

    #[test]
    fn labels_and_dashes_are_turns() {
        let srt = "1\n00:00:01,000 --> 00:00:02,000\nVALCOURT: It was cold.\n\n2\n00:00:02,000 --> 00:00:03,000\n- How cold?\n- Very.\n\n\
                   3\n00:00:03,000 --> 00:00:04,000\n[Alba] In 1928,\n[door slams]\n";
        assert_eq!(text(srt), "VALCOURT: It was cold.\n\nHow cold?\n\nVery.\n\nAlba: In 1928, [door slams]");
    }

    #[test]
    fn lines_that_roll_up_are_read_once() {
        let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nyou could hear\n\n00:02.000 --> 00:03.000\nyou could hear\nthe ropes<00:02.500><c> freeze</c>\n\n\
                   00:03.000 --> 00:04.000\nthe ropes freeze\nall night\n";
        assert_eq!(text(vtt), "you could hear the ropes freeze all night");
    }

    #[test]
    fn pauses_end_paragraphs_after_a_sentence() {
        let sbv = "0:00:01.000,0:00:02.000\nIt was cold.\n\n0:00:09.000,0:00:10.000\nWe went\n\n0:00:19.000,0:00:20.000\non.\n";
        assert_eq!(text(sbv), "It was cold.\n\nWe went on.");
    }
}
