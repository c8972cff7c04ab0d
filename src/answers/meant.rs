//! Who is meant by a name that was typed: the one answer to it for every command.

use std::sync::Arc;

use tantivy::DocAddress;

use crate::{
    analysis,
    annotation::{Name, NameKind},
    answers::{
        archive::Archive,
        backend::Wanted,
        names::{Bearers, Known},
    },
    article::Article,
    fields::FieldId,
    name_key::name_key,
    query::{
        Error, Note, NoteCode,
        engine::{
            plan::{Clause, Plan},
            planner::Meant,
            rank,
            statistics::Target,
            stored,
        },
    },
};

/// Names that one word of a name stands for, at most: those of most articles.
const MOST_BEARERS: usize = 200;

/// Articles that are read to see whom they write so.
const MOST_READ: usize = 50;

impl Archive {
    /// Whom somebody means by a name: as the archive's names tell, else as its stories write.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn bearers(&self, kind: NameKind, typed: &str) -> Result<Bearers, Error> {
        match self.names()?.bearers(kind, typed)? {
            Bearers::Nobody => self.written_so(kind, typed),
            bearers => Ok(bearers),
        }
    }

    /// Whom stories write so beside a fuller form, most of them one and the same.
    fn written_so(&self, kind: NameKind, typed: &str) -> Result<Bearers, Error> {
        let (table, key) = (self.names()?, name_key(typed));
        let mut known: Vec<(Arc<Known>, usize)> = Vec::new();
        let clause = name_words(kind, analysis::words(typed));
        let here = self.holding(|| Ok(Wanted::Matching(clause.clone())), MOST_READ)?;
        for doc in here.with_name_words(&clause)?.into_iter().take(MOST_READ) {
            let stored = stored::article(here.snapshot(), doc)?;
            let names = stored.found.names.iter().filter(|name| name.kind == kind);
            for name in names.filter(|name| is_written(name, &key, &stored.article)) {
                let Some(bearer) = table.of_form(kind, &name.name)? else { continue };
                match known.iter_mut().find(|(other, _)| other.order() == bearer.order()) {
                    Some((_, times)) => *times += 1,
                    None => known.push((bearer, 1)),
                }
            }
        }
        known.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.key.cmp(&b.0.key)));
        let all: usize = known.iter().map(|(_, times)| times).sum();
        Ok(match known.as_slice() {
            [] => Bearers::Nobody,
            [(first, times), ..] if times * 2 > all => Bearers::One(Arc::clone(first)),
            several => Bearers::Several(several.iter().map(|(known, _)| Arc::clone(known)).collect()),
        })
    }

    fn with_name_words(&self, clause: &Clause) -> Result<Vec<DocAddress>, Error> {
        rank::matching(self.engine(), Plan::of(Target::Articles, clause.clone()))
    }

    /// Who is meant by a name in a field of a query.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn meant(&self, field: FieldId, typed: &str) -> Result<Meant, Error> {
        let (kinds, keyed): (&[NameKind], _) = match field {
            FieldId::Speaker => (&[NameKind::Person, NameKind::Org], FieldId::SpeakerKey),
            FieldId::About => (&NameKind::ALL, FieldId::AboutKey),
            _ => match NameKind::ALL.iter().position(|&kind| written(kind) == field) {
                Some(at) => (&NameKind::ALL[at..=at], FieldId::NameKey),
                None => return Ok(Meant::Words),
            },
        };
        let (mut found, mut several, mut is_corrected): (Vec<Arc<Known>>, bool, bool) =
            (Vec::new(), false, false);
        for &kind in kinds {
            match self.bearers(kind, typed)? {
                Bearers::One(known) => found.push(known),
                Bearers::Several(bearers) => {
                    found.extend(bearers.into_iter().take(MOST_BEARERS));
                    several = true;
                }
                Bearers::Corrected => is_corrected = true,
                Bearers::Nobody => (),
            }
            // Whatever is named may be talked about; it is one who speaks.
            if !found.is_empty() && field != FieldId::About {
                break;
            }
        }
        if found.is_empty() && !is_corrected {
            return Ok(Meant::Words);
        }
        let keys = found.iter().flat_map(|known| match keyed {
            FieldId::NameKey => known.keys.clone(),
            _ => known.plain_keys(),
        });
        let forms = match several {
            true => vec![typed.to_owned()],
            false => {
                found.iter().flat_map(|known| known.forms.iter().map(|(form, _)| form.clone())).collect()
            }
        };
        let said = several.then(|| told(typed, &found));
        Ok(Meant::Bearers { field: keyed, keys: keys.collect(), forms, said })
    }
}

/// That an article holds words, one after the other, in a name of a kind.
fn name_words(kind: NameKind, mut words: Vec<String>) -> Clause {
    let field = written(kind);
    match words.len() {
        0 => Clause::Any(Vec::new()),
        1 => Clause::Exact { field, term: words.remove(0) },
        _ => Clause::Phrase { field, words, slop: 0, idf: 0.0 },
    }
}

/// Who bears a name that several bear.
fn told(typed: &str, bearers: &[Arc<Known>]) -> Note {
    let known: Vec<&str> = bearers.iter().take(5).map(|known| known.name.as_str()).collect();
    let others = if bearers.len() > 5 { " and others" } else { "" };
    Note::new(NoteCode::SeveralBearers, format!("{typed} stands for {}{others}", known.join(", ")))
}

/// Whether a story writes a name so.
fn is_written(name: &Name, key: &str, article: &Article) -> bool {
    let title = article.title.as_deref().unwrap_or_default();
    let in_text = name.mentions.iter().map(|span| span.of(&article.text));
    let mut forms = in_text.chain(name.title_mentions.iter().map(|span| span.of(title)));
    forms.any(|form| name_key(form) == key)
}

/// The field of the written forms of one kind of name.
pub(crate) fn written(kind: NameKind) -> FieldId {
    match kind {
        NameKind::Person => FieldId::Person,
        NameKind::Org => FieldId::Org,
        NameKind::Work => FieldId::Work,
        NameKind::Place => FieldId::Place,
        NameKind::Event => FieldId::Event,
    }
}
