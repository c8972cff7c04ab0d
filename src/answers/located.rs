//! Finding the story, or the words, that an address names.

use std::borrow::Cow;

use tantivy::DocAddress;

use crate::{
    address::Address,
    annotation::Quote,
    answers::{archive::Archive, backend::Wanted, hit::QuoteHit},
    article::Span,
    query::{Error, Note, NoteCode, engine::stored},
    quote_at::QuoteAt,
    record::{CharOffsets, MentionRecord},
    view::{StoredArticle, file_key},
};

/// Ids that an error names of the articles of one file.
const IDS_NAMED: usize = 5;

/// Stories of a file that are gathered from an archive elsewhere, at most.
const MOST_IN_A_FILE: usize = 100;

/// What an address names.
pub struct Located {
    /// The quote, if it names one, or words that stand in one.
    pub quote: Option<QuoteHit>,
    /// The words in the article's text, if it names some.
    pub words: Option<MentionRecord>,
    /// Whether the words have moved.
    pub notes: Vec<Note>,
    pub(crate) doc: DocAddress,
    pub(crate) stored: StoredArticle,
}

impl Archive {
    /// Finds what an [`Address`] names: an article by its id, a quote by its id, words by their `quote_at`, or the one
    /// article of a file by its path.
    ///
    /// Words that no longer stand where their address says are looked for in the story: the nearest that are the same,
    /// else the nearest quote, and a note says so.
    ///
    /// # Errors
    /// [`Error::NoSuchArticle`], [`Error::NoSuchQuote`], [`Error::SeveralArticles`], or when a file of the index cannot
    /// be read.
    pub fn locate(&self, text: &str) -> Result<Located, Error> {
        if self.elsewhere().is_some() {
            return self.with_addressed(text)?.locate(text);
        }
        let address = Address::read(text);
        let by_id = address.article().map(|id| self.doc_of(id.as_str())).transpose()?.flatten();
        let Some(doc) = by_id else { return self.story(self.doc_at(text)?) };
        let located = self.story(doc)?;
        match address {
            Address::Quote(_, number) => located.with_quote(number),
            Address::Words(at) => Ok(located.with_words(&at)),
            Address::Article(_) | Address::Path(_) => Ok(located),
        }
    }

    /// The archive that holds what an address names, itself where it holds all.
    pub(crate) fn with_addressed(&self, text: &str) -> Result<Cow<'_, Self>, Error> {
        let wanted = || {
            Ok(match Address::read(text).article() {
                Some(id) => Wanted::Ids(vec![id.as_str().to_owned()]),
                None => Wanted::Files(
                    self.places(text)?.iter().map(|(root, path)| file_key(root, path)).collect(),
                ),
            })
        };
        self.holding_with_copies(wanted, MOST_IN_A_FILE)
    }

    /// Roots and paths that a path may stand for.
    fn places(&self, path: &str) -> Result<Vec<(String, String)>, Error> {
        let Some(backend) = self.backend() else { return Ok(self.roots().places(path)) };
        let mut places = Vec::new();
        for root in backend.roots()? {
            let below = path.strip_prefix(&root).and_then(|rest| rest.strip_prefix('/'));
            places.extend(
                [Some(path), below].into_iter().flatten().map(|path| (root.clone(), path.to_owned())),
            );
        }
        Ok(places)
    }

    fn story(&self, doc: DocAddress) -> Result<Located, Error> {
        let stored = stored::article(self.snapshot(), doc)?;
        Ok(Located { quote: None, words: None, notes: Vec::new(), doc, stored })
    }

    /// The one article of a file.
    fn doc_at(&self, path: &str) -> Result<DocAddress, Error> {
        let mut ids = Vec::new();
        for place in self.places(path)? {
            ids.extend(self.snapshot().of_file(&place)?.into_iter().map(|place| place.id));
        }
        ids.sort();
        ids.dedup();
        if ids.len() > 1 {
            let ids = ids.iter().take(IDS_NAMED).map(|id| id.as_str().to_owned()).collect();
            return Err(Error::SeveralArticles { path: path.to_owned(), ids });
        }
        let doc = ids.first().map(|id| self.doc_of(id.as_str())).transpose()?.flatten();
        doc.ok_or_else(|| Error::NoSuchArticle { name: path.to_owned() })
    }
}

impl Located {
    fn with_quote(self, number: u32) -> Result<Self, Error> {
        let span = self.stored.found.quotes.get(number as usize).map(|quote| quote.span);
        let Some(span) = span else {
            return Err(Error::NoSuchQuote { article: self.stored.id.as_str().to_owned(), number });
        };
        Ok(self.at(span, Some(number)))
    }

    fn with_words(mut self, at: &QuoteAt) -> Self {
        let (text, quotes) = (&self.stored.article.text, &self.stored.found.quotes);
        if let Some(span) = at.stands(text) {
            let quote = around(quotes, span);
            return self.at(span, quote);
        }
        let (span, said) = match (at.find(text), nearest(quotes, text, at.start)) {
            (Some(span), _) => (Some(span), "the words stand elsewhere in the story now"),
            (None, Some(span)) => {
                (Some(span), "the story no longer has these words: this is the nearest quote")
            }
            (None, None) => (None, "the story no longer has these words"),
        };
        self.notes.push(Note::new(NoteCode::MovedWords, said));
        match span {
            Some(span) => {
                let quote = around(quotes, span);
                self.at(span, quote)
            }
            None => self,
        }
    }

    fn at(mut self, span: Span, number: Option<u32>) -> Self {
        let offsets = CharOffsets::new(&self.stored.article.text);
        self.words = Some(offsets.mention(span));
        self.quote = number.map(|number| {
            let quote = &self.stored.found.quotes[number as usize];
            QuoteHit::unranked(self.stored.quote(number, quote, &offsets))
        });
        self
    }
}

/// The quote that shares most with a stretch of the text, the first of equals.
fn around(quotes: &[Quote], span: Span) -> Option<u32> {
    let shared = |quote: &Quote| {
        let (start, end) = (quote.span.start.max(span.start), quote.span.end.min(span.end));
        end.saturating_sub(start)
    };
    // Of an indirect quote around it and the words themselves, the words.
    let best = |&(number, quote): &(u32, &Quote)| {
        (shared(quote), std::cmp::Reverse(quote.span.len()), std::cmp::Reverse(number))
    };
    let quotes = (0..).zip(quotes).filter(|(_, quote)| shared(quote) > 0);
    quotes.max_by_key(best).map(|(number, _)| number)
}

/// The quote that begins nearest to a character of the text.
fn nearest(quotes: &[Quote], text: &str, start: u32) -> Option<Span> {
    let offsets = CharOffsets::new(text);
    quotes.iter().map(|quote| quote.span).min_by_key(|span| offsets.offset(span.start).abs_diff(start))
}
