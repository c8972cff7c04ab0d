//! Did you mean: names of the archive that are spelt nearly like what was typed.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    annotation::NameKind,
    answers::{
        archive::Archive,
        articles::ArticleRequest,
        meant::written,
        names::{Bearers, Known, NameTable},
    },
    fields::FieldId,
    name_key::name_key,
    query::{Error, engine::snippet::Snippet, language::ast::Query},
};

/// Most suggestions worth showing.
const MOST: usize = 3;

/// A name that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suggestion {
    /// The name as the archive writes it most.
    pub name: String,
    /// What bears it.
    pub kind: NameKind,
    /// Articles that name it.
    pub articles: u64,
}

/// Names that are spelt nearly as one that is known are suggested when they have more than so many times its articles.
const FAR_MORE: u64 = 3;

/// Words of the longest name that is looked for in bare words.
const MOST_WORDS: usize = 4;

/// Letters of the shortest word that is taken for a misspelt one, and of the shortest with two errors.
const LEAST_LETTERS: usize = 4;
const LEAST_FOR_TWO: usize = 8;

/// Letters of the longest word that may be two that were run together.
const MOST_APART: usize = 24;

impl Archive {
    /// Names that a query which finds little or nothing may have meant, nearest first, three at the most.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn suggest(&self, query: &Query) -> Result<Vec<Suggestion>, Error> {
        let mut typed = Vec::new();
        names_in(query, &mut typed);
        let table = self.names()?;
        let mut found = Vec::new();
        for (kinds, name) in &typed {
            found.extend(near(table, kinds, name)?.iter().map(|known| Suggestion::of(known)));
            if found.len() >= MOST {
                break;
            }
        }
        found.truncate(MOST);
        Ok(found)
    }

    /// Names of these kinds that were probably meant by one that the archive does not know, or hardly, nearest first.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn suggest_name(&self, kinds: &[NameKind], typed: &str) -> Result<Vec<Suggestion>, Error> {
        Ok(near(self.names()?, kinds, typed)?.iter().map(|known| Suggestion::of(known)).collect())
    }

    /// What was probably meant by a word that nothing holds: a name of the same letters, else two words that stand side by
    /// side somewhere, else the word of the archive that is spelt most nearly so.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn suggest_word(&self, typed: &str) -> Result<Option<String>, Error> {
        let letters = typed.replace(' ', "");
        let same =
            |known: &&Arc<Known>| known.key.len() > letters.len() && same_letters(&known.key, &letters);
        let table = self.names()?;
        let mut names = table.every(table.of_letters(&NameKind::ALL, &letters)?)?;
        names.sort_by(|a, b| a.order().cmp(&b.order()));
        if let Some(known) = names.iter().filter(same).max_by_key(|known| known.articles) {
            return Ok(Some(known.name.clone()));
        }
        if let Some(apart) = self.apart(&letters)? {
            return Ok(Some(apart));
        }
        let count = letters.chars().count();
        let most = if count < LEAST_LETTERS { 0 } else { 1 + u8::from(count >= LEAST_FOR_TWO) };
        for errors in 1..=most {
            let near = || self.planner(|mut planner| planner.nearest(FieldId::Text, &letters, errors));
            let nearest = self.knowing(near)?;
            if nearest.is_some() {
                return Ok(nearest);
            }
        }
        Ok(None)
    }

    /// Two words that were typed as one, as the story that says them best writes them: "A-Rod" for `arod`. Of several such
    /// pairs the one of most stories.
    fn apart(&self, letters: &str) -> Result<Option<String>, Error> {
        let mut best = None;
        if (LEAST_LETTERS..=MOST_APART).contains(&letters.chars().count()) {
            for (at, _) in letters.char_indices().skip(1) {
                let (first, last) = letters.split_at(at);
                let phrase = Query::Phrase(format!("{first} {last}"), 0);
                let found = self.search(&ArticleRequest { limit: 1, ..ArticleRequest::new(phrase) })?;
                if best.as_ref().is_none_or(|(most, _)| found.strict > *most) {
                    let written = found.hits.first().and_then(|hit| side_by_side(&hit.snippet, letters));
                    best = written.map(|written| (found.strict, written)).or(best);
                }
            }
        }
        Ok(best.map(|(_, written)| written))
    }
}

/// Words of a snippet that were searched for and have these letters together, with what stands between them.
fn side_by_side(snippet: &Snippet, letters: &str) -> Option<String> {
    let text: Vec<char> = snippet.text.chars().collect();
    let starts = snippet.highlights.iter().map(|&(start, _)| start as usize);
    let ends = || snippet.highlights.iter().map(|&(_, end)| end as usize);
    let mut stretches =
        starts.flat_map(|start| ends().filter(move |&end| end > start).map(move |end| start..end));
    stretches.find_map(|stretch| {
        let written: String = text.get(stretch)?.iter().collect();
        same_letters(&name_key(&written), letters).then_some(written)
    })
}

impl Suggestion {
    fn of(known: &Known) -> Self {
        Self { name: known.name.clone(), kind: known.kind, articles: known.articles }
    }
}

/// What of a query may be a name: values of fields of names, phrases, and a few bare words side by side.
fn names_in(query: &Query, found: &mut Vec<(Vec<NameKind>, String)>) {
    match query {
        Query::Word(name) | Query::Phrase(name, _) => found.push((NameKind::ALL.to_vec(), name.clone())),
        Query::Field(field, inner) => {
            let kinds = match field {
                FieldId::Speaker => vec![NameKind::Person],
                FieldId::About => NameKind::ALL.to_vec(),
                field => NameKind::ALL.into_iter().filter(|&kind| written(kind) == *field).collect(),
            };
            if let (Query::Word(name) | Query::Phrase(name, _), false) = (&**inner, kinds.is_empty()) {
                found.push((kinds, name.clone()));
            }
        }
        Query::Must(inner) => names_in(inner, found),
        Query::All(parts) => {
            let words = parts.iter().map_while(|part| match part {
                Query::Word(word) => Some(word.as_str()),
                _ => None,
            });
            let words: Vec<&str> = words.collect();
            if (1..=MOST_WORDS).contains(&words.len()) {
                found.push((NameKind::ALL.to_vec(), words.join(" ")));
            }
            parts[words.len()..].iter().for_each(|part| names_in(part, found));
        }
        _ => (),
    }
}

/// Names near a typed one that the archive does not know, or that far fewer articles have, nearest first: those of the same
/// letters, then those with the fewest errors. Of equally near names the one in more stories comes first.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn near(table: &NameTable, kinds: &[NameKind], typed: &str) -> Result<Vec<Arc<Known>>, Error> {
    let own = name_key(typed);
    let key: Vec<char> = own.chars().collect();
    if key.len() < 3 {
        return Ok(Vec::new());
    }
    let mut known_in = 0;
    for &kind in kinds {
        let most = match table.bearers(kind, typed)? {
            Bearers::One(known) => known.articles,
            Bearers::Several(several) => several.first().map_or(0, |known| known.articles),
            Bearers::Corrected | Bearers::Nobody => 0,
        };
        known_in = known_in.max(most.saturating_mul(FAR_MORE));
    }
    let letters = own.replace(' ', "");
    let most = most_errors(key.len());
    let errors = |known: &Known| -> Option<usize> {
        if !kinds.contains(&known.kind) || known.articles <= known_in || known.key == own {
            return None;
        }
        if same_letters(&known.key, &letters) {
            return Some(0);
        }
        if known.key.len().abs_diff(own.len()) > 4 * most && own.contains(' ') {
            return None;
        }
        let other: Vec<char> = known.key.chars().collect();
        distance(&key, &other, most).or_else(|| in_part(&key, &known.key, known.kind))
    };
    let mut candidates = table.of_letters(kinds, &letters)?;
    candidates.extend(table.near(kinds, &key, most)?);
    let mut near = table.every(candidates)?;
    if kinds.contains(&NameKind::Person) && may_be_part(&key) {
        let is_near = |known: &Known| errors(known) == Some(1);
        near.extend(table.best(table.near_in_part(&key)?, MOST, &is_near, &|| false)?);
    }
    let mut near: Vec<(usize, Arc<Known>)> =
        near.into_iter().filter_map(|known| Some((errors(&known)?, known))).collect();
    near.sort_by(|a, b| {
        let stories = || b.1.articles.cmp(&a.1.articles);
        a.0.cmp(&b.0)
            .then_with(stories)
            .then_with(|| a.1.name.cmp(&b.1.name))
            .then_with(|| a.1.order().cmp(&b.1.order()))
    });
    near.dedup_by(|a, b| a.1.order() == b.1.order());
    Ok(near.into_iter().take(MOST).map(|(_, known)| known).collect())
}

/// Whether a key has these letters, whatever stands between them.
fn same_letters(key: &str, letters: &str) -> bool {
    key.bytes().filter(|byte| *byte != b' ').eq(letters.bytes())
}

/// Errors of one word against a person's first or last name: one at the most, and only in a long word.
fn in_part(word: &[char], key: &str, kind: NameKind) -> Option<usize> {
    if kind != NameKind::Person || !may_be_part(word) {
        return None;
    }
    let parts = [key.split(' ').next(), key.rsplit(' ').next()];
    let errors = parts.into_iter().flatten().filter_map(|part| {
        let part: Vec<char> = part.chars().collect();
        distance(word, &part, 1)
    });
    errors.min().filter(|errors| *errors > 0)
}

/// Whether a word is long enough to be a misspelt part of a name.
fn may_be_part(word: &[char]) -> bool {
    word.len() > LEAST_LETTERS && !word.contains(&' ')
}

/// Typing errors allowed in a name of so many characters: one in five, three at the most. A short name with two
/// errors is another name.
fn most_errors(len: usize) -> usize {
    (len / 5).clamp(1, 3)
}

/// Errors between two words: characters added, dropped, changed, or swapped with their neighbour (optimal string
/// alignment distance); nothing above `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for i in 1..=a.len() {
        row[0] = i;
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row[j] = least;
        }
        if row.iter().all(|&errors| errors > most) {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    (last[b.len()] <= most).then_some(last[b.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::corrections::Corrections;

    fn table() -> NameTable {
        let people = ["Scarlett Johansson", "Delaney Voss", "Delaney Moss", "Rafe Montclair", "Prince"];
        let forms = (1..).zip(people).map(|(count, form)| ((NameKind::Person, form.to_owned()), count));
        NameTable::of_forms(forms.collect(), &Corrections::default())
    }

    fn first(typed: &str) -> Option<String> {
        let table = table();
        near(&table, &[NameKind::Person], typed).expect("names").first().map(|known| known.name.clone())
    }

    #[test]
    fn finds_the_name_behind_one_or_two_errors() {
        assert_eq!(first("Scarlet Johanson").as_deref(), Some("Scarlett Johansson"));
        assert_eq!(first("Raef Montclaire").as_deref(), Some("Rafe Montclair"));
        assert_eq!(first("Delaney Woss").as_deref(), Some("Delaney Moss"), "the one in more stories");
    }

    #[test]
    fn letters_without_their_marks_and_parts_of_names_are_near() {
        let people = [("J.Vo", 2), ("A-Quist", 1), ("A/BC/D", 3), ("Delaney Voss", 4), ("Delany Voss", 1)];
        let forms = people.map(|(form, count)| ((NameKind::Person, form.to_owned()), count)).to_vec();
        let table = NameTable::of_forms(forms, &Corrections::default());
        let first = |typed: &str| {
            let near = near(&table, &[NameKind::Person], typed).expect("names");
            near.first().map_or_else(String::new, |known| known.name.clone())
        };
        assert_eq!([first("jvo"), first("aquist"), first("abcd")], ["J.Vo", "A-Quist", "A/BC/D"]);
        assert_eq!(first("delanej"), "Delaney Voss");
        // Known, but hardly: the one that far more stories have.
        assert_eq!([first("Delany Voss"), first("Delaney Voss")], ["Delaney Voss", ""]);
    }

    #[test]
    fn questions_no_name_that_is_known() {
        for name in ["Delaney Voss", "delaney voss", "Voss", "Delaney", "Prince", "Zz"] {
            assert_eq!(first(name), None, "{name}");
        }
    }
}
