//! What stories say of themselves: corrected, withdrawn, not to be published yet.

use std::sync::LazyLock;

use super::verdict::{Match, Notice, NoticeCode};
use crate::{analysis, article::Article};

/// Words of a headline or a paragraph that must stand behind a single word for it to be one: `Kill the lights` is none.
const MARKS: [char; 7] = [':', '—', '–', '-', '.', '|', ']'];

static NOTICES: LazyLock<Vec<(NoticeCode, Vec<String>)>> = LazyLock::new(|| {
    let row = |line: &str| {
        let (class, words) = line.split_once('\t')?;
        let code = match class {
            "corrected" => NoticeCode::Corrected,
            "killed" => NoticeCode::Killed,
            "embargoed" => NoticeCode::Embargoed,
            _ => return None,
        };
        Some((code, analysis::words(words)))
    };
    let lines = include_str!("../../../data/lexicon/notices.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

/// What a headline or a paragraph says by its first words. One or two words say it only before a mark.
fn told(text: &str) -> Option<NoticeCode> {
    let head: String = text.chars().take(60).collect();
    let words = analysis::words(&head);
    let begins = |notice: &&(NoticeCode, Vec<String>)| {
        let (_, phrase) = notice;
        words.starts_with(phrase) && (phrase.len() > 2 || is_marked(&head, phrase.len()))
    };
    NOTICES.iter().filter(begins).max_by_key(|(_, phrase)| phrase.len()).map(|(code, _)| *code)
}

/// Whether a mark stands behind the first words, or nothing does.
fn is_marked(head: &str, words: usize) -> bool {
    let mut rest = head;
    for _ in 0..words {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        rest = rest.trim_start_matches(char::is_alphanumeric);
    }
    let rest = rest.trim_start_matches([' ', ')', '*']);
    rest.is_empty() || rest.starts_with(MARKS) || rest.starts_with('\n')
}

/// The notices in a story, each once.
pub(super) fn of_story(article: &Article) -> Vec<Notice> {
    let title = article.title.as_deref().filter(|_| !article.title_in_text);
    let mut notices: Vec<Notice> = Vec::new();
    for text in title.into_iter().chain(article.text.lines()) {
        if let Some(code) = told(text.trim()).filter(|code| notices.iter().all(|notice| notice.code != *code))
        {
            notices.push(Notice { code, text: text.trim().to_owned(), id: None });
        }
    }
    notices
}

/// Tells stories of the later ones among them that correct what they say: their headline says so, and they are of the same
/// outlet. `times` are those of the stories.
pub(super) fn of_later(matches: &mut [(Option<i64>, &mut Match)]) {
    let correcting: Vec<(i64, Notice, Option<String>)> = matches
        .iter()
        .filter_map(|(time, found)| {
            let title = found.title.as_deref()?;
            told(title).filter(|code| *code != NoticeCode::Embargoed)?;
            let notice = Notice {
                code: NoticeCode::CorrectedLater,
                text: title.to_owned(),
                id: Some(found.id.clone()),
            };
            Some(((*time)?, notice, found.source.clone()))
        })
        .collect();
    for (time, found) in matches {
        let is_later = |(later, notice, source): &&(i64, Notice, Option<String>)| {
            time.is_some_and(|time| time < *later)
                && *source == found.source
                && notice.id.as_ref() != Some(&found.id)
        };
        let notices: Vec<Notice> =
            correcting.iter().filter(is_later).map(|(_, notice, _)| notice.clone()).collect();
        found.notices.extend(notices);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_told_by_their_first_words() {
        for (text, code) in [
            ("Correction: April 8 report", Some(NoticeCode::Corrected)),
            ("CORRECTION — the premiere", Some(NoticeCode::Corrected)),
            ("This story has been updated to add a reply.", Some(NoticeCode::Corrected)),
            ("An earlier version of this article named the wrong hall.", Some(NoticeCode::Corrected)),
            ("BC-KILL: Voss tour", Some(NoticeCode::Killed)),
            ("EMBARGOED UNTIL: Friday noon", Some(NoticeCode::Embargoed)),
            ("EMBARGOED: Friday noon", Some(NoticeCode::Embargoed)),
            ("Kill the lights, Voss says", None),
            ("Corrections officers saw the show", None),
            ("Withdrawn and tired, Voss left", None),
        ] {
            assert_eq!(told(text), code, "{text}");
        }
    }
}
