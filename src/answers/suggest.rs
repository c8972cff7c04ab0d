//! Did you mean: names of the archive that are spelt nearly like what was typed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    annotation::NameKind,
    answers::{
        archive::Archive,
        names::{Known, NameTable},
    },
    name_key::name_key,
    query::Error,
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

impl Archive {
    /// People that a query which finds nothing may have meant, nearest first, three at the most: those spelt nearly like
    /// what stands behind its last colon, else like all of it.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn suggest(&self, query: &str) -> Result<Vec<Suggestion>, Error> {
        let typed = query.rsplit(':').next().unwrap_or(query).trim_matches(['"', '“', '”']);
        let near = suggest(self.names()?, NameKind::Person, typed).into_iter();
        Ok(near
            .map(|known| Suggestion { name: known.name.clone(), kind: known.kind, articles: known.articles })
            .collect())
    }
}

/// Names near a typed one that the archive does not know, nearest first; nothing when it knows the name, or when
/// nothing is near. Of equally near names the one in more stories comes first.
pub fn suggest<'a>(table: &'a NameTable, kind: NameKind, typed: &str) -> Vec<&'a Known> {
    let key: Vec<char> = name_key(typed).chars().collect();
    if key.len() < 3 || table.find(kind, typed).is_some() {
        return Vec::new();
    }
    let text: String = key.iter().collect();
    if table.with_word(kind, &text).next().is_some() {
        return Vec::new();
    }
    let most = most_errors(key.len());
    let mut near: Vec<(usize, &Known)> = Vec::new();
    let mut other = Vec::new();
    for known in table.all().iter().filter(|known| known.kind == kind) {
        let own = &known.key;
        if own.len().abs_diff(text.len()) > 4 * most {
            continue;
        }
        other.clear();
        other.extend(own.chars());
        if let Some(errors) = distance(&key, &other, most) {
            near.push((errors, known));
        }
    }
    near.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.articles.cmp(&a.1.articles)).then(a.1.name.cmp(&b.1.name)));
    near.into_iter().take(MOST).map(|(_, known)| known).collect()
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
        suggest(&table, NameKind::Person, typed).first().map(|known| known.name.clone())
    }

    #[test]
    fn finds_the_name_behind_one_or_two_errors() {
        assert_eq!(first("Scarlet Johanson").as_deref(), Some("Scarlett Johansson"));
        assert_eq!(first("Raef Montclaire").as_deref(), Some("Rafe Montclair"));
        assert_eq!(first("Delaney Woss").as_deref(), Some("Delaney Moss"), "the one in more stories");
    }

    #[test]
    fn questions_no_name_that_is_known() {
        for name in ["Delaney Voss", "delaney voss", "Voss", "Delaney", "Prince", "Zz"] {
            assert_eq!(first(name), None, "{name}");
        }
    }
}
