//! The archive's own corrections of speakers: `quotes.tsv` in a root.
//!
//! A line is a rule: an address of words ([`QuoteAt`], `quote_at` in JSON), a tab, and who said them: a name, `nobody`,
//! or `no quote`. `#` begins a comment. Words that are no quote yet become one. Of two rules for the same words the later
//! one holds.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::kept::{BadRule, Kept};
use crate::{
    annotation::{Annotations, NameKind, Quote, QuoteKind, Stance},
    article::{Article, ArticleId, Span, hash64},
    index::Error,
    name_key::name_key,
    quote_at::QuoteAt,
};

/// Name of the file in a root.
pub const FILE: &str = "quotes.tsv";

/// [`Quote::rule`] of quotes that were corrected.
pub const RULE: &str = "correction";

/// The rules of each root, kept in the index.
const KEPT: Kept = Kept { file: FILE, begins: "quotes-" };

/// Who said the words at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody of that name.
    Said(String),
    /// Nobody knows.
    Nobody,
    /// They are no quote.
    NoQuote,
}

/// Corrections of speakers, by the id that their story claims.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speakers {
    rules: FxHashMap<u64, Vec<(QuoteAt, Verdict)>>,
}

impl Speakers {
    /// Reads the rules of a file.
    ///
    /// # Errors
    /// The first line that is no rule.
    pub fn parse(text: &str) -> Result<Self, BadRule> {
        Kept::parse(text, Self::add)
    }

    fn add(&mut self, rule: &str) -> Result<(), String> {
        let columns: Vec<&str> = rule.split('\t').map(str::trim).collect();
        let [address, verdict] = columns.as_slice() else {
            return Err("a rule has two columns, separated by a tab: the words' address, and who said them"
                .to_owned());
        };
        let at = QuoteAt::read(address).ok_or_else(|| {
            format!("no address of words {address:?}: they are written ARTICLE?at=START-END&h=H, as `quote_at` in JSON")
        })?;
        let verdict = match *verdict {
            "" => return Err("nobody is named: a name, nobody, or no quote".to_owned()),
            "nobody" => Verdict::Nobody,
            "no quote" => Verdict::NoQuote,
            name => Verdict::Said(name.to_owned()),
        };
        let rules = self.rules.entry(at.article.key()).or_default();
        rules.retain(|(known, _)| *known != at);
        rules.push((at, verdict));
        Ok(())
    }

    /// The corrections that an index keeps of all its roots. Faults were told when they were taken over.
    ///
    /// # Errors
    /// When a kept file cannot be read.
    pub fn load(index: &Path) -> Result<Self, Error> {
        KEPT.load(index, Self::add)
    }

    /// Takes over the corrections of a root into the index's own state, as
    /// [`Corrections::keep`](super::Corrections::keep) does those of names.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn keep(index: &Path, root: &str, at: &Path) -> Result<Option<BadRule>, Error> {
        KEPT.take_over(index, root, at, &|text| Self::parse(text).map(drop))
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.values().map(Vec::len).sum()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The keys of the stories that have rules, each with what tells its rules from others, see
    /// [`fingerprint`](Self::fingerprint).
    pub fn stories(&self) -> impl Iterator<Item = (u64, u64)> {
        self.rules.keys().map(|&key| (key, self.fingerprint(key)))
    }

    /// What tells the rules of a story from others; 0 where there is none.
    pub fn fingerprint(&self, key: u64) -> u64 {
        let Some(rules) = self.rules.get(&key) else { return 0 };
        let written: String = rules.iter().map(|(at, verdict)| format!("{at}\t{verdict:?}\n")).collect();
        hash64(written.as_bytes()).max(1)
    }

    /// Corrects what was found in an article that claims that id. Gives the addresses whose words are not in it.
    pub fn apply(&self, id: &ArticleId, article: &Article, found: &mut Annotations) -> Vec<QuoteAt> {
        let mut gone = Vec::new();
        for (at, verdict) in self.rules.get(&id.key()).into_iter().flatten() {
            match at.find(&article.text) {
                Some(words) => correct(found, words, verdict),
                None => gone.push(at.clone()),
            }
        }
        gone
    }
}

fn correct(found: &mut Annotations, words: Span, verdict: &Verdict) {
    let at = found.quotes.iter().position(|quote| is_about(quote.span, words));
    let at = match (at, verdict) {
        (Some(at), Verdict::NoQuote) => {
            remove(&mut found.quotes, at);
            return;
        }
        (Some(at), _) => at,
        (None, Verdict::Said(_)) => insert(found, words),
        (None, Verdict::Nobody | Verdict::NoQuote) => return,
    };
    let speaker = match verdict {
        Verdict::Said(name) => Some(as_the_story_has_it(found, name)),
        Verdict::Nobody | Verdict::NoQuote => None,
    };
    for piece in quotation(&found.quotes, at) {
        let quote = &mut found.quotes[piece];
        if speaker.is_some() {
            quote.stance = Stance::Said;
        }
        quote.speaker.clone_from(&speaker);
        quote.speaker_guess = None;
        quote.speaker_mention = None;
        quote.confidence = 1.0;
        quote.rule = RULE.into();
    }
}

/// Whether an address of words means that quote: they share more than half of both.
fn is_about(quote: Span, words: Span) -> bool {
    let shared = quote.end.min(words.end).saturating_sub(quote.start.max(words.start));
    2 * shared > quote.end - quote.start && 2 * shared > words.end - words.start
}

/// The pieces of the quotation that a quote is one of.
fn quotation(quotes: &[Quote], at: usize) -> impl Iterator<Item = usize> + use<> {
    let Quote { piece, pieces, .. } = quotes[at];
    let wanted: Vec<usize> = (0..quotes.len())
        .filter(|&other| {
            let other_piece = &quotes[other];
            let apart = other_piece.piece.abs_diff(piece) as usize;
            other_piece.pieces == pieces
                && other.abs_diff(at) == apart
                && (other > at) == (other_piece.piece > piece)
        })
        .collect();
    wanted.into_iter()
}

/// Takes a quote out; the other pieces of its quotation are numbered again.
fn remove(quotes: &mut Vec<Quote>, at: usize) {
    let others: Vec<usize> = quotation(quotes, at).filter(|&other| other != at).collect();
    for (number, &other) in (1..).zip(&others) {
        quotes[other].piece = number;
        quotes[other].pieces = u32::try_from(others.len()).unwrap_or(u32::MAX);
    }
    quotes.remove(at);
}

/// Words that were not found to be a quote.
fn insert(found: &mut Annotations, words: Span) -> usize {
    let around = |span: &&Span| span.start < words.end && words.start < span.end;
    let context = found.sentences.iter().filter(around).fold(words, |context, sentence| Span {
        start: context.start.min(sentence.start),
        end: context.end.max(sentence.end),
    });
    let at =
        found.quotes.partition_point(|quote| (quote.span.start, quote.span.end) < (words.start, words.end));
    found.quotes.insert(
        at,
        Quote {
            span: words,
            kind: QuoteKind::Direct,
            stance: Stance::Said,
            speaker: None,
            speaker_guess: None,
            speaker_mention: None,
            cue: None,
            confidence: 1.0,
            rule: RULE.into(),
            piece: 1,
            pieces: 1,
            context,
        },
    );
    at
}

/// The name as the story's people and organisations have it, where it has one of that key.
fn as_the_story_has_it(found: &Annotations, name: &str) -> String {
    let key = name_key(name);
    let speaks = |kind| matches!(kind, NameKind::Person | NameKind::Org);
    let known = found.names.iter().find(|known| speaks(known.kind) && name_key(&known.name) == key);
    known.map_or_else(|| name.to_owned(), |known| known.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::annotate;

    const TEXT: &str = "“I wrote it at sea,” Orla Quist said. “It was cold,” she added, “and wet.”\nThe sign read “no dogs on deck.”";

    fn corrected(words: &str, verdict: &str) -> (Annotations, Vec<QuoteAt>) {
        let article = Article { text: TEXT.to_owned(), ..Article::default() };
        let id = ArticleId::claimed(&article);
        let mut found = annotate(&article);
        let (start, hash) = match TEXT.find(words) {
            Some(at) => (TEXT[..at].chars().count(), words),
            None => (0, words),
        };
        let (start, length) =
            (u32::try_from(start).expect("short"), u32::try_from(words.chars().count()).expect("short"));
        let at = QuoteAt::of(&id, start, start + length, hash);
        let rules = Speakers::parse(&format!("# ours\n{at}\t{verdict}\n")).expect("a rule");
        let gone = rules.apply(&id, &article, &mut found);
        (found, gone)
    }

    fn shown(found: &Annotations) -> Vec<(&str, Option<&str>)> {
        found
            .quotes
            .iter()
            .filter(|quote| quote.rule == RULE)
            .map(|quote| (quote.span.of(TEXT), quote.speaker.as_deref()))
            .collect()
    }

    #[test]
    fn somebody_else_said_it() {
        let (found, gone) = corrected("I wrote it at sea,", "Jens Tarn");
        assert_eq!(shown(&found), [("I wrote it at sea,", Some("Jens Tarn"))]);
        assert_eq!(gone, []);
    }

    #[test]
    fn all_pieces_of_a_quotation_change() {
        let (found, _) = corrected("and wet.", "quist");
        assert_eq!(shown(&found), [("It was cold,", Some("quist")), ("and wet.", Some("quist"))]);
        let (found, _) = corrected("and wet.", "Orla Quist");
        assert_eq!(shown(&found)[0].1, Some("Orla Quist"));
    }

    #[test]
    fn nobody_said_it_and_no_quote() {
        assert_eq!(shown(&corrected("I wrote it at sea,", "nobody").0), [("I wrote it at sea,", None)]);
        let (found, _) = corrected("It was cold,", "no quote");
        let rest: Vec<_> =
            found.quotes.iter().map(|quote| (quote.span.of(TEXT), quote.piece, quote.pieces)).collect();
        assert!(
            rest.contains(&("and wet.", 1, 1)) && rest.iter().all(|(words, ..)| *words != "It was cold,"),
            "{rest:?}"
        );
    }

    #[test]
    fn words_that_were_no_quote_become_one() {
        let (found, _) = corrected("The sign read", "Jens Tarn");
        assert_eq!(shown(&found), [("The sign read", Some("Jens Tarn"))]);
        assert!(found.quotes.is_sorted_by_key(|quote| quote.span.start));
    }

    #[test]
    fn words_that_are_gone_are_told() {
        let (found, gone) = corrected("We never sailed to the north of it", "Jens Tarn");
        assert_eq!((shown(&found).len(), gone.len()), (0, 1));
    }

    #[test]
    fn faults_name_their_line() {
        let fault = |text| Speakers::parse(text).expect_err("a fault").to_string();
        assert!(fault("# ok\nwhat\tJens").starts_with("line 2: no address of words \"what\""));
        assert!(fault("0123456789abcdef?at=1-2&h=00000000").contains("two columns"));
        assert!(fault("0123456789abcdef?at=1-2&h=00000000\t").contains("two columns"));
    }

    #[test]
    fn the_later_rule_holds_and_tells_itself_from_others() {
        let at = "0123456789abcdef?at=1-2&h=00000000";
        let one = Speakers::parse(&format!("{at}\tA B\n{at}\tC D")).expect("rules");
        let two = Speakers::parse(&format!("{at}\tC D")).expect("rules");
        let key = 0x0123_4567_89ab_cdef;
        assert_eq!((one.len(), one.fingerprint(key)), (1, two.fingerprint(key)));
        assert_ne!(
            two.fingerprint(key),
            Speakers::parse(&format!("{at}\tnobody")).expect("rules").fingerprint(key)
        );
        assert_eq!(two.fingerprint(1), 0);
    }
}
