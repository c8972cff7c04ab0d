//! Which documents of a segment match a clause, and how well.

use std::ops::Range;

use tantivy::{
    DocId, DocSet, SegmentReader, TERMINATED, Term,
    columnar::StrColumn,
    postings::{BlockSegmentPostings, SegmentPostings},
    schema::IndexRecordOption,
};

use crate::{
    article::ArticleId,
    fields::{Analysis, DOC_ARTICLE, FieldId},
    index::Snapshot,
    query::{
        Error,
        bounds::Clock,
        engine::{
            columns,
            plan::{Clause, WordGroup},
            statistics::{Columns, Scorer, Statistics, Target},
            streams::{self, PhraseReader, WordStream},
        },
    },
};

/// Documents between two looks at the clock.
const DOCUMENTS_A_LOOK: usize = if cfg!(test) { 16 } else { 1024 };

/// Documents in order, each with its score.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matches {
    pub(crate) docs: Vec<DocId>,
    pub(crate) scores: Vec<f32>,
}

impl Matches {
    fn push(&mut self, doc: DocId, score: f32) {
        self.docs.push(doc);
        self.scores.push(score);
    }

    fn unscored(docs: Vec<DocId>) -> Self {
        let scores = vec![0.0; docs.len()];
        Self { docs, scores }
    }

    fn retain(&mut self, wanted: impl Fn(DocId) -> bool) {
        let mut kept = 0;
        for at in 0..self.docs.len() {
            if wanted(self.docs[at]) {
                self.docs[kept] = self.docs[at];
                self.scores[kept] = self.scores[at];
                kept += 1;
            }
        }
        self.docs.truncate(kept);
        self.scores.truncate(kept);
    }

    /// Documents of both, scores added.
    fn and(&self, other: &Self) -> Self {
        let mut both = Self::default();
        let (mut a, mut b) = (0, 0);
        while a < self.docs.len() && b < other.docs.len() {
            match self.docs[a].cmp(&other.docs[b]) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => {
                    both.push(self.docs[a], self.scores[a] + other.scores[b]);
                    a += 1;
                    b += 1;
                }
            }
        }
        both
    }

    /// Documents of either, scores added.
    fn or(&self, other: &Self) -> Self {
        let mut either = Self::default();
        let (mut a, mut b) = (0, 0);
        while a < self.docs.len() || b < other.docs.len() {
            let left = self.docs.get(a).copied().unwrap_or(TERMINATED);
            let right = other.docs.get(b).copied().unwrap_or(TERMINATED);
            let mut score = 0.0;
            if left <= right {
                score += self.scores[a];
                a += 1;
            }
            if right <= left {
                score += other.scores[b];
                b += 1;
            }
            either.push(left.min(right), score);
        }
        either
    }
}

/// Quotes of some kinds, told by a column: where most are wanted, that costs less than to read their lists.
pub(crate) struct Kinds {
    column: Option<StrColumn>,
    wanted: Vec<bool>,
}

impl Kinds {
    /// Those of a segment.
    pub(crate) fn of(reader: &SegmentReader, kinds: &[&str]) -> Result<Self, Error> {
        let column = columns::column(reader, FieldId::Kind)?;
        let mut wanted = Vec::new();
        if let Some(column) = &column {
            wanted.resize(column.num_terms(), false);
            for kind in kinds {
                let ord = column.dictionary().term_ord(kind).map_err(tantivy::TantivyError::from)?;
                ord.into_iter().for_each(|ord| wanted[ord as usize] = true);
            }
        }
        Ok(Self { column, wanted })
    }

    fn has(&self, doc: DocId) -> bool {
        let ord = self.column.as_ref().and_then(|column| column.ords().first(doc));
        ord.is_some_and(|ord| self.wanted.get(ord as usize).is_some_and(|wanted| *wanted))
    }
}

/// One segment, ready to be asked for documents of one kind.
pub(crate) struct Segment<'a> {
    snapshot: &'a Snapshot,
    ord: u32,
    pub(crate) reader: &'a SegmentReader,
    pub(crate) statistics: &'a Statistics,
    pub(crate) target: Target,
    pub(crate) columns: &'a Columns,
    pub(crate) clock: &'a Clock,
    /// Which quotes are looked at; all without.
    pub(crate) kinds: Option<&'a Kinds>,
    /// The first of its documents that are looked at, and the one after the last.
    pub(crate) from: DocId,
    pub(crate) until: DocId,
}

impl<'a> Segment<'a> {
    /// Opens it.
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        statistics: &'a Statistics,
        clock: &'a Clock,
        ord: u32,
        target: Target,
    ) -> Result<Self, Error> {
        let reader = snapshot.searcher().segment_reader(ord);
        let columns = statistics.columns(ord, reader)?;
        let until = reader.max_doc();
        Ok(Self { snapshot, ord, reader, statistics, target, columns, clock, kinds: None, from: 0, until })
    }

    /// Some of its documents. Neither end may part an article from its quotes.
    pub(crate) fn part(&self, docs: Range<DocId>) -> Self {
        Self { from: docs.start, until: docs.end, ..*self }
    }

    /// Some of its quotes.
    pub(crate) fn of_kinds<'k>(&self, kinds: Option<&'k Kinds>) -> Segment<'k>
    where
        'a: 'k,
    {
        Segment { kinds, ..*self }
    }

    /// Whether a document has not been deleted, and is one of those that are looked at.
    pub(crate) fn is_alive(&self, doc: DocId) -> bool {
        self.reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
            && self.kinds.is_none_or(|kinds| kinds.has(doc))
    }

    /// Whether the time is over; asked once in so many documents.
    fn is_over(&self, documents: usize) -> bool {
        documents.is_multiple_of(DOCUMENTS_A_LOOK) && self.clock.is_over()
    }

    /// Live documents that match a clause, in order.
    pub(crate) fn matches(&self, clause: &Clause) -> Result<Matches, Error> {
        match clause {
            Clause::Word(group) => self.word(group),
            Clause::Phrase { field, words, slop, idf } => self.phrase(*field, words, *slop, *idf),
            Clause::Near { field, sides, within } => self.near(*field, sides, *within),
            Clause::Exact { field, term } => self.exact(*field, term),
            Clause::Kinds(kinds) => self.matches(&Clause::of_kinds(kinds)),
            Clause::Named { field, keys, forms } => self.named(*field, keys, forms),
            Clause::Date { from, to } => self.dated(*from, *to, self.everything()?),
            Clause::Undated => self.undated(self.everything()?),
            Clause::Confidence { least } => self.confident(*least, self.everything()?),
            Clause::Other(inner) => self.of_other(inner),
            Clause::Not(inner) => self.without(self.everything()?, inner),
            Clause::Any(parts) => {
                parts.iter().try_fold(Matches::default(), |found, part| Ok(found.or(&self.matches(part)?)))
            }
            Clause::All(parts) => Ok(match self.all(parts)? {
                Some(found) => found,
                None => self.everything()?,
            }),
        }
    }

    /// Documents that match all clauses; `None` when there is no clause. Conditions that would hold of most documents
    /// are tried on what the others leave.
    pub(crate) fn all<'c>(
        &self,
        clauses: impl IntoIterator<Item = &'c Clause>,
    ) -> Result<Option<Matches>, Error> {
        let clauses: Vec<&Clause> = clauses.into_iter().collect();
        let is_filter = |clause: &&Clause| {
            matches!(
                clause,
                Clause::Date { .. } | Clause::Undated | Clause::Confidence { .. } | Clause::Not(_)
            )
        };
        let mut found: Option<Matches> = None;
        for clause in clauses.iter().copied().filter(|clause| !is_filter(clause)) {
            let next = self.matches(clause)?;
            found = Some(match found {
                Some(before) => before.and(&next),
                None => next,
            });
        }
        for clause in clauses.iter().copied().filter(is_filter) {
            let before = match found.take() {
                Some(before) => before,
                None => self.everything()?,
            };
            found = Some(match clause {
                Clause::Date { from, to } => self.dated(*from, *to, before)?,
                Clause::Undated => self.undated(before)?,
                Clause::Confidence { least } => self.confident(*least, before)?,
                Clause::Not(inner) => self.without(before, inner)?,
                _ => before,
            });
        }
        Ok(found)
    }

    fn everything(&self) -> Result<Matches, Error> {
        let term = Term::from_field_u64(FieldId::Doc.field(), self.target.number());
        Ok(Matches::unscored(self.docs_with(&term)?))
    }

    fn docs_with(&self, term: &Term) -> Result<Vec<DocId>, Error> {
        let mut docs = Vec::new();
        if let Some(mut postings) = self.postings(term, IndexRecordOption::Basic)? {
            let mut doc = postings.doc();
            while doc < self.until {
                if self.is_alive(doc) {
                    docs.push(doc);
                }
                doc = postings.advance();
            }
        }
        Ok(docs)
    }

    pub(crate) fn postings(
        &self,
        term: &Term,
        option: IndexRecordOption,
    ) -> Result<Option<SegmentPostings>, Error> {
        let entries = self.snapshot.entries(term)?;
        let Some(entry) = &entries.infos[self.ord as usize] else { return Ok(None) };
        let inverted = self.reader.inverted_index(term.field())?;
        let postings = inverted.read_postings_from_terminfo(entry, option);
        let mut postings = postings.map_err(tantivy::TantivyError::from)?;
        if postings.doc() < self.from {
            postings.seek(self.from);
        }
        Ok(Some(postings))
    }

    /// Opens the posting list of a term to be read block by block, with frequencies.
    pub(crate) fn blocks(&self, term: &Term) -> Result<Option<BlockSegmentPostings>, Error> {
        let entries = self.snapshot.entries(term)?;
        let Some(entry) = &entries.infos[self.ord as usize] else { return Ok(None) };
        let inverted = self.reader.inverted_index(term.field())?;
        let blocks = inverted.read_block_postings_from_terminfo(entry, IndexRecordOption::WithFreqs);
        Ok(Some(blocks.map_err(tantivy::TantivyError::from)?))
    }

    /// How long the posting lists of a word are together; parts of a compound word have none.
    pub(crate) fn length(&self, group: &WordGroup) -> Result<usize, Error> {
        let mut length = 0;
        for term in group.terms.iter().filter(|_| !group.is_compound) {
            let entries = self.snapshot.entries(&Term::from_field_text(group.field.field(), term))?;
            length += entries.infos[self.ord as usize].as_ref().map_or(0, |info| info.doc_freq as usize);
        }
        Ok(length)
    }

    /// Opens the posting lists of a word.
    pub(crate) fn stream(&self, group: &WordGroup, option: IndexRecordOption) -> Result<WordStream, Error> {
        if group.is_compound {
            return self.compound(group);
        }
        let mut lists = Vec::with_capacity(group.terms.len());
        let mut typed = None;
        for text in &group.terms {
            let term = Term::from_field_text(group.field.field(), text);
            if let Some(list) = self.postings(&term, option)? {
                typed = typed.or((*text == group.typed).then_some(lists.len()));
                lists.push(list);
            }
        }
        Ok(WordStream::new(lists, typed))
    }

    /// Where the parts of a compound word stand one after the other.
    fn compound(&self, group: &WordGroup) -> Result<WordStream, Error> {
        let mut found = Vec::new();
        if let Some(mut reader) = self.phrase_reader(group.field, &group.terms, 0)? {
            while let Some((doc, _)) = reader.next(|doc| self.is_alive(doc)) {
                found.push((doc, reader.positions[0].clone()));
                if self.is_over(found.len()) {
                    break;
                }
            }
        }
        Ok(WordStream::of_found(found))
    }

    fn phrase_reader(
        &self,
        field: FieldId,
        words: &[String],
        slop: u32,
    ) -> Result<Option<PhraseReader>, Error> {
        let mut lists = Vec::with_capacity(words.len());
        for word in words {
            let term = Term::from_field_text(field.field(), word);
            let Some(list) = self.postings(&term, IndexRecordOption::WithFreqsAndPositions)? else {
                return Ok(None);
            };
            lists.push(list);
        }
        Ok(Some(PhraseReader::new(lists, slop, self.until)))
    }

    /// Whether some live document holds words one after the other.
    pub(crate) fn has_phrase(&self, field: FieldId, words: &[String]) -> Result<bool, Error> {
        let reader = self.phrase_reader(field, words, 0)?;
        Ok(reader.is_some_and(|mut reader| reader.next(|doc| self.is_alive(doc)).is_some()))
    }

    /// Scores term frequencies of a field.
    pub(crate) fn scorer(&self, field: FieldId) -> Result<Scorer<'a>, Error> {
        let lengths = match field.row().analysis {
            Analysis::Words => Some(self.reader.get_fieldnorms_reader(field.field())?),
            _ => None,
        };
        Ok(Scorer::new(self.statistics.norms(self.snapshot, field)?, lengths))
    }

    fn word(&self, group: &WordGroup) -> Result<Matches, Error> {
        let mut stream = self.stream(group, IndexRecordOption::WithFreqs)?;
        let scorer = self.scorer(group.field)?;
        let mut found = Matches::default();
        while stream.doc() < self.until {
            let doc = stream.doc();
            if self.is_alive(doc) {
                found.push(doc, group.idf * scorer.score(doc, stream.frequency()));
                if self.is_over(found.docs.len()) {
                    break;
                }
            }
            stream.advance();
        }
        Ok(found)
    }

    fn phrase(&self, field: FieldId, words: &[String], slop: u32, idf: f32) -> Result<Matches, Error> {
        let Some(mut reader) = self.phrase_reader(field, words, slop)? else { return Ok(Matches::default()) };
        let scorer = self.scorer(field)?;
        let mut found = Matches::default();
        while let Some((doc, frequency)) = reader.next(|doc| self.is_alive(doc)) {
            found.push(doc, idf * scorer.score(doc, frequency));
            if self.is_over(found.docs.len()) {
                break;
            }
        }
        Ok(found)
    }

    fn near(&self, field: FieldId, sides: &[Vec<WordGroup>; 2], within: u32) -> Result<Matches, Error> {
        let open = |side: &Vec<WordGroup>| -> Result<Vec<WordStream>, Error> {
            side.iter().map(|group| self.stream(group, IndexRecordOption::WithFreqsAndPositions)).collect()
        };
        let (mut left, mut right) = (open(&sides[0])?, open(&sides[1])?);
        if left.is_empty() || right.is_empty() {
            return Ok(Matches::default());
        }
        let idf: f32 = sides.iter().flatten().map(|group| group.idf).sum();
        let scorer = self.scorer(field)?;
        let mut found = Matches::default();
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let (mut doc, mut tried) = (0, 0);
        loop {
            doc = streams::meet(left.iter_mut().chain(right.iter_mut()), doc);
            tried += 1;
            if doc >= self.until || self.is_over(tried) {
                return Ok(found);
            }
            if self.is_alive(doc) {
                streams::starts(&mut left, &mut a);
                streams::starts(&mut right, &mut b);
                let lengths = (left.len() as u32, right.len() as u32);
                let times = streams::pairs_within(&a, &b, lengths, within);
                if times > 0 {
                    found.push(doc, idf * scorer.score(doc, times));
                }
            }
            doc += 1;
        }
    }

    /// Documents that have one of the keys, with the best score of the forms that they hold.
    fn named(&self, field: FieldId, keys: &[String], forms: &[Clause]) -> Result<Matches, Error> {
        let mut docs = Vec::new();
        for key in keys {
            docs.extend(self.docs_with(&Term::from_field_text(field.field(), key))?);
        }
        docs.sort_unstable();
        docs.dedup();
        let mut found = Matches::unscored(docs);
        for form in forms {
            let held = self.matches(form)?;
            for (doc, score) in held.docs.iter().zip(&held.scores) {
                if let Ok(at) = found.docs.binary_search(doc) {
                    found.scores[at] = found.scores[at].max(*score);
                }
            }
        }
        Ok(found)
    }

    fn exact(&self, field: FieldId, term: &str) -> Result<Matches, Error> {
        let docs = self.docs_with(&Term::from_field_text(field.field(), term))?;
        Ok(Matches::unscored(docs))
    }

    fn dated(&self, from: i64, to: i64, mut found: Matches) -> Result<Matches, Error> {
        let first = self.reader.fast_fields().i64(FieldId::DayFrom.row().name)?;
        let last = self.reader.fast_fields().i64(FieldId::DayTo.row().name)?;
        found.retain(|doc| {
            first.first(doc).is_some_and(|first| first <= to)
                && last.first(doc).is_some_and(|last| last >= from)
        });
        Ok(found)
    }

    fn undated(&self, mut found: Matches) -> Result<Matches, Error> {
        let first = self.reader.fast_fields().i64(FieldId::DayFrom.row().name)?;
        found.retain(|doc| first.first(doc).is_none());
        Ok(found)
    }

    fn confident(&self, least: u64, mut found: Matches) -> Result<Matches, Error> {
        let confidence = self.reader.fast_fields().u64(FieldId::Confidence.row().name)?;
        found.retain(|doc| confidence.first(doc).is_some_and(|confidence| confidence >= least));
        Ok(found)
    }

    fn without(&self, mut found: Matches, clause: &Clause) -> Result<Matches, Error> {
        let out = self.matches(clause)?;
        found.retain(|doc| out.docs.binary_search(&doc).is_err());
        Ok(found)
    }

    /// Articles with a quote that matches, or quotes whose article does. The quotes of an article stand directly before
    /// it in its segment.
    fn of_other(&self, clause: &Clause) -> Result<Matches, Error> {
        let target = match self.target {
            Target::Articles => Target::Quotes,
            Target::Quotes => Target::Articles,
        };
        let other = Segment { target, kinds: None, ..*self };
        let there = other.matches(clause)?;
        let mut found = Matches::default();
        for (&doc, &score) in there.docs.iter().zip(&there.scores) {
            match self.target {
                Target::Articles => {
                    let article = self.article_of(doc);
                    if found.docs.last() == Some(&article) {
                        let best = found.scores.last_mut().expect("as many scores as documents");
                        *best = best.max(score);
                    } else if article != TERMINATED {
                        found.push(article, score);
                    }
                }
                Target::Quotes => {
                    let first = self.first_quote_of(doc);
                    (first..doc)
                        .filter(|&quote| self.is_alive(quote))
                        .for_each(|quote| found.push(quote, 0.0));
                }
            }
        }
        Ok(found)
    }

    /// The first place at or after `doc` that parts no article from its quotes, which stand before it.
    pub(crate) fn border(&self, doc: DocId) -> DocId {
        match doc.checked_sub(1) {
            None => 0,
            Some(before) => self.article_at(before).saturating_add(1).min(self.reader.max_doc()),
        }
    }

    /// The article a quote stands in.
    pub(crate) fn article_of(&self, quote: DocId) -> DocId {
        self.article_at(quote + 1)
    }

    /// The document itself if it is an article, else the first article behind it.
    fn article_at(&self, doc: DocId) -> DocId {
        let mut from = doc..self.reader.max_doc();
        from.find(|&doc| self.columns.kind.first(doc) == Some(DOC_ARTICLE)).unwrap_or(TERMINATED)
    }

    /// Which of the articles that claim one id a document's is.
    pub(crate) fn claimant(&self, doc: DocId) -> u64 {
        let article = self.article_at(doc);
        // A head that cannot be read is told where the hit is made.
        let head = self.columns.head(article).unwrap_or_default();
        head.split_once('\t').and_then(|(id, _)| ArticleId::read(id)).map_or(0, |id| id.claimant())
    }

    /// The first quote of an article; the article itself when it has none.
    pub(crate) fn first_quote_of(&self, article: DocId) -> DocId {
        let mut first = article;
        while first > 0 && self.columns.kind.first(first - 1) == Some(Target::Quotes.number()) {
            first -= 1;
        }
        first
    }
}
