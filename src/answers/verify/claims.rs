//! The quotations of a draft.

use crate::{
    annotation::{NameKind, QuoteKind},
    record::{ExtractionRecord, MentionRecord, QuoteRecord},
};

/// Characters between a quotation and the name beside it.
const CLOSE: u32 = 40;

/// Words of a stretch between marks that is no title any more.
const LONG: usize = 8;

/// A quotation that the archive is to bear out.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Id of the draft's record, if it stands in one.
    pub draft: Option<String>,
    /// The draft's file.
    pub path: Option<String>,
    /// The words, without the marks.
    pub quote: String,
    /// Bytes of `quote` before each piece after the first: what stands between two pieces may be left out.
    pub joints: Vec<usize>,
    /// Where the words stand in the draft's text, in characters.
    pub place: Option<(u32, u32)>,
    /// Who said them, according to the draft.
    pub by: Option<String>,
}

impl Claim {
    /// Words by themselves.
    pub fn new(quote: &str, by: Option<&str>) -> Self {
        let by = by.map(str::to_owned);
        Self { draft: None, path: None, quote: quote.to_owned(), joints: Vec::new(), place: None, by }
    }

    /// The quotations of a draft between marks, each as its pieces; one inside another is a part of that.
    pub fn all_of(record: &ExtractionRecord) -> Vec<Vec<Self>> {
        let mut quotes: Vec<&QuoteRecord> = Vec::new();
        for quote in record.quotes.iter().filter(|quote| quote.kind != QuoteKind::Indirect) {
            let is_nested = |other: &&QuoteRecord| {
                (other.start, other.end) != (quote.start, quote.end)
                    && other.kind != QuoteKind::Indirect
                    && other.start <= quote.start
                    && quote.end <= other.end
            };
            if !record.quotes.iter().any(|other| is_nested(&other)) {
                quotes.push(quote);
            }
        }
        let follows = |a: &&QuoteRecord, b: &&QuoteRecord| {
            b.piece > 1 && b.piece == a.piece + 1 && a.speaker == b.speaker
        };
        let claim = |quote: &&QuoteRecord| Self {
            draft: Some(record.id.clone()),
            path: record.path.clone(),
            place: Some((quote.start, quote.end)),
            ..Self::new(&quote.text, speaker(record, quote).as_deref())
        };
        let mut claims: Vec<Vec<Self>> =
            quotes.chunk_by(follows).map(|pieces| pieces.iter().map(claim).collect()).collect();
        claims.extend(marked(record).into_iter().map(|claim| vec![claim]));
        claims.sort_by_key(|pieces| pieces.first().and_then(|claim| claim.place));
        claims
    }

    /// The pieces of one quotation as a whole; `None` where there are none.
    pub(super) fn joined(pieces: &[Self]) -> Option<Self> {
        let (first, rest) = pieces.split_first()?;
        let mut whole = first.clone();
        for piece in rest {
            whole.quote.push(' ');
            whole.joints.push(whole.quote.len());
            whole.quote.push_str(&piece.quote);
            whole.place = whole.place.zip(piece.place).map(|((start, _), (_, end))| (start, end));
        }
        Some(whole)
    }
}

/// Who said a quote, according to the draft: whom extraction is sure of, else the name that its words point to, else whom
/// extraction takes for likely, else the only name beside it.
fn speaker(record: &ExtractionRecord, quote: &QuoteRecord) -> Option<String> {
    let pointed = quote.speaker_mention.as_ref().map(|mention| mention.text.as_str());
    let named = pointed.filter(|text| text.starts_with(char::is_uppercase) && is_name(record, text));
    match (&quote.speaker, named, &quote.speaker_guess) {
        (Some(speaker), ..) => Some(speaker.clone()),
        (None, Some(named), _) => Some(named.to_owned()),
        (None, None, Some(guess)) => Some(guess.name.clone()),
        (None, None, None) if pointed.is_some() => None,
        (None, None, None) => beside(record, quote.start, quote.end),
    }
}

fn is_name(record: &ExtractionRecord, text: &str) -> bool {
    record.names.iter().any(|name| name.mentions.iter().any(|mention| mention.text == text))
}

/// The only person, organisation or place that is named close to a stretch and not in it.
fn beside(record: &ExtractionRecord, start: u32, end: u32) -> Option<String> {
    let (from, to) = (start.saturating_sub(CLOSE), end + CLOSE);
    let is_close = |mention: &MentionRecord| {
        (from <= mention.start && mention.end <= start) || (end <= mention.start && mention.end <= to)
    };
    let kinds = [NameKind::Person, NameKind::Org, NameKind::Place];
    let names = record.names.iter().filter(|name| kinds.contains(&name.kind));
    let mut close = names.filter(|name| name.mentions.iter().any(is_close));
    close.next().filter(|_| close.next().is_none()).map(|name| name.name.clone())
}

/// Long stretches between quotation marks that extraction takes for no quotation, such as one in capitals: whoever drafts
/// them claims that somebody wrote or said so. Shorter ones are titles and terms.
fn marked(record: &ExtractionRecord) -> Vec<Claim> {
    let mut claims = Vec::new();
    let (mut open, mut at) = (None, 0);
    for c in record.text.chars() {
        match (c, open.take()) {
            ('“' | '«', _) | ('"', None) => open = Some((at + 1, String::new())),
            ('”' | '»' | '"', Some((start, words))) => {
                let is_known = |quote: &QuoteRecord| {
                    quote.kind != QuoteKind::Indirect && quote.start < at && start < quote.end
                };
                let is_long = words.split_whitespace().count() >= LONG;
                if is_long && !record.quotes.iter().any(is_known) {
                    claims.push(Claim {
                        draft: Some(record.id.clone()),
                        path: record.path.clone(),
                        place: Some((start, at)),
                        ..Claim::new(&words, beside(record, start, at).as_deref())
                    });
                }
            }
            ('\n', _) | (_, None) => (),
            (c, Some((start, mut words))) => {
                words.push(c);
                open = Some((start, words));
            }
        }
        at += 1;
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article::Article, extract::annotate};

    fn claims(text: &str) -> Vec<(String, Option<String>)> {
        let article = Article { text: text.into(), ..Article::default() };
        let record = ExtractionRecord::new("a".into(), None, &article, &annotate(&article));
        let all = Claim::all_of(&record).into_iter().map(|pieces| Claim::joined(&pieces).expect("a piece"));
        all.map(|claim| (claim.quote.trim_end_matches(',').to_owned(), claim.by)).collect()
    }

    #[test]
    fn quotations_are_found_whoever_says_them() {
        let headline = "Mara Voss In Shocking Harbour Split: Forty Strangers Weep On The Quay";
        let found = claims(&format!("“{headline},” the Sizzle Weekly wrote. Then “The Salt Ledger” opened."));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, headline);
    }

    #[test]
    fn pieces_are_one_and_nested_ones_count_once() {
        let found = claims(
            "“It would have refused,” Anselm Kane said, “the whole wedding scene.”\n\n“He told me, ‘Never ask the \
             horse again,’ and then he left the room,” Mara Voss said.",
        );
        let told: Vec<(&str, Option<&str>)> =
            found.iter().map(|(quote, by)| (quote.as_str(), by.as_deref())).collect();
        assert_eq!(told[0], ("It would have refused, the whole wedding scene.", Some("Anselm Kane")));
        assert_eq!(told.len(), 2, "{told:?}");
    }
}
