//! Finding names: by a word, by what they begin with, by frequency, by likeness.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Known, NameTable,
    rule::{Key, last_word},
};
use crate::{analysis, annotation::NameKind, index::names::Strings, query::Error};

/// Names that may be wanted, by key, each with the stories that its own forms have at most.
pub(crate) type Candidates = FxHashMap<Key, u64>;

/// Keys of each segment that are looked at first for the most frequent names, and how many times as many then.
const FREQUENT: usize = 64;
const FREQUENT_FOR_EACH: usize = 4;

impl NameTable {
    /// Names one word of which is `key`, one word or several in a row at an end of the name; in the order of their keys.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn with_word(&self, kind: NameKind, key: &str) -> Result<Vec<Arc<Known>>, Error> {
        let Some(last) = key.rsplit(' ').next().filter(|last| !last.is_empty()) else {
            return Ok(Vec::new());
        };
        let mut groups = self.unusual(&[kind]);
        for part in &self.parts {
            let names = part.of_kind(kind);
            let keys = names.keys();
            groups.extend(
                keys.starting(&format!("{key} ")).filter_map(|at| self.rule.group(kind, keys.get(at))),
            );
            let Some(word) = names.words().find(last) else { continue };
            let (ends, others) = names.with_word(word);
            let own = ends.into_iter().chain(others).map(|at| keys.get(at)).filter(|own| ends_with(own, key));
            groups.extend(own.filter_map(|own| self.rule.group(kind, own)));
        }
        let groups: BTreeSet<Key> = groups.into_iter().filter(|group| group.0 == kind).collect();
        let mut found = Vec::new();
        for group in groups {
            found.extend(self.known(&group)?.filter(|known| {
                ends_with(&known.key, key)
                    || known.key.strip_prefix(key).is_some_and(|it| it.starts_with(' '))
            }));
        }
        Ok(found)
    }

    /// Names that do not follow from a key alone, of some kinds.
    fn unusual(&self, kinds: &[NameKind]) -> FxHashSet<Key> {
        self.rule.unusual().filter(|group| kinds.contains(&group.0)).cloned().collect()
    }

    /// The names of most stories, those first; those found so far once the time is over.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn most_frequent(
        &self,
        kinds: &[NameKind],
        most: usize,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Vec<Arc<Known>>, Error> {
        let mut depth = FREQUENT.max(most.saturating_mul(FREQUENT_FOR_EACH));
        loop {
            let mut candidates = self.unusual_candidates(kinds);
            let (mut unseen, mut is_all) = (0, true);
            for kind in self.source_kinds(kinds) {
                let mut of_kind = 0;
                for part in &self.parts {
                    let names = part.of_kind(kind);
                    let frequent = names.frequent(depth);
                    is_all &= frequent.len() == names.keys().len() as usize;
                    of_kind += frequent.last().map_or(0, |&key| names.stories(key..key + 1));
                    for key in frequent {
                        self.add(&mut candidates, kinds, (kind, names.keys().get(key)))?;
                    }
                }
                unseen = unseen.max(of_kind);
            }
            let found = self.best(candidates, most, &|_| true, is_over)?;
            // A name that no list has may have two keys that none has.
            let is_best = found.len() >= most && found.last().is_some_and(|last| last.articles > 2 * unseen);
            if is_all || is_best || most == 0 || is_over() {
                return Ok(found);
            }
            depth = depth.saturating_mul(FREQUENT_FOR_EACH);
        }
    }

    fn unusual_candidates(&self, kinds: &[NameKind]) -> Candidates {
        self.unusual(kinds).into_iter().map(|group| (group, u64::MAX)).collect()
    }

    /// Adds the name that a key belongs to.
    fn add(&self, to: &mut Candidates, kinds: &[NameKind], own: (NameKind, &str)) -> Result<(), Error> {
        if let Some(group) = self.owner(own.0, own.1)?.filter(|group| kinds.contains(&group.0))
            && !to.contains_key(&group)
        {
            let stories = self.rule.sources(&group).iter().map(|own| self.at_most(own)).sum();
            to.insert(group, stories);
        }
        Ok(())
    }

    /// Those of the candidates that have most stories, and are wanted: by stories, name, kind and key. Once the time is
    /// over, no more of them are looked at.
    pub(crate) fn best(
        &self,
        candidates: Candidates,
        most: usize,
        wanted: &dyn Fn(&Known) -> bool,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Vec<Arc<Known>>, Error> {
        let mut short: FxHashMap<String, u64> = FxHashMap::default();
        let mut ordered: Vec<(u64, Key)> = Vec::with_capacity(candidates.len());
        for (group, own) in candidates {
            // Somebody may be known by the last word too.
            let theirs = match last_word(&group.1).filter(|_| group.0 == NameKind::Person) {
                Some(last) => match short.get(last) {
                    Some(theirs) => *theirs,
                    None => {
                        let group = (NameKind::Person, last.to_owned());
                        let theirs = self.rule.sources(&group).iter().map(|own| self.at_most(own)).sum();
                        short.insert(group.1, theirs);
                        theirs
                    }
                },
                None => 0,
            };
            ordered.push((own.saturating_add(theirs), group));
        }
        ordered.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut best: Vec<Arc<Known>> = Vec::new();
        for (at_most, group) in ordered {
            let least = || best.get(most.wrapping_sub(1)).map_or(0, |last| last.articles);
            if most == 0 || at_most < least() || is_over() {
                break;
            }
            // What is joined may be less than what was thought, and is cheaper to know than how many stories it is.
            if self.known.get(&group).is_none()
                && self.draft(&group)?.is_none_or(|draft| draft.articles < least())
            {
                continue;
            }
            let Some(known) = self.known(&group)?.filter(|known| wanted(known)) else { continue };
            let at = best.partition_point(|other| order(other) < order(&known));
            best.insert(at, known);
            best.truncate(most);
        }
        Ok(best)
    }

    /// The names that the candidates are.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn every(&self, candidates: Candidates) -> Result<Vec<Arc<Known>>, Error> {
        let mut every = Vec::with_capacity(candidates.len());
        for group in candidates.keys() {
            every.extend(self.known(group)?);
        }
        Ok(every)
    }

    /// How many names there are of some kinds.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn count(&self, kinds: &[NameKind]) -> Result<usize, Error> {
        let mut plain: FxHashSet<(NameKind, &str)> = FxHashSet::default();
        let mut others: BTreeSet<Key> = BTreeSet::new();
        for kind in self.source_kinds(kinds) {
            for (ord, part) in self.parts.iter().enumerate() {
                let names = part.of_kind(kind);
                for key in (0..names.keys().len()).map(|number| names.keys().get(number)) {
                    let is_single = kind == NameKind::Person && !key.contains(' ');
                    if is_single || !self.rule.is_plain(kind, key) {
                        others.extend(self.rule.group(kind, key));
                    } else if !plain.contains(&(kind, key))
                        && (self.with_deleted(ord).is_none()
                            || !self.forms(&(kind, key.to_owned()))?.is_empty())
                    {
                        plain.insert((kind, key));
                    }
                }
            }
        }
        let mut count = plain.len();
        // Names that keys are joined to, some of which have a key of their own too.
        for group in others.iter().filter(|group| kinds.contains(&group.0)) {
            count += usize::from(!plain.contains(&(group.0, &group.1)) && self.draft(group)?.is_some());
        }
        Ok(count)
    }

    /// Kinds that stories may take names of some kinds for.
    fn source_kinds(&self, kinds: &[NameKind]) -> Vec<NameKind> {
        if self.rule.corrections.is_empty() { kinds.to_vec() } else { NameKind::ALL.to_vec() }
    }

    /// What the candidates are shown as.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn shown(&self, candidates: Candidates) -> Result<Vec<String>, Error> {
        let mut shown = Vec::with_capacity(candidates.len());
        for group in candidates.keys() {
            shown.extend(self.draft(group)?.map(|known| known.name));
        }
        Ok(shown)
    }

    /// Names of which a word, and all that follows, may begin so.
    pub(crate) fn beginning(&self, kinds: &[NameKind], prefix: &str) -> Result<Candidates, Error> {
        let mut found = self.unusual_candidates(kinds);
        let typed = analysis::words(prefix);
        for part in &self.parts {
            for kind in self.source_kinds(kinds) {
                let names = part.of_kind(kind);
                let words = match typed.as_slice() {
                    [only] => names.words().starting(only),
                    [first, ..] => names.words().find(first).map_or(0..0, |word| word..word + 1),
                    [] => 0..names.words().len(),
                };
                for word in words {
                    let (ends, others) = names.with_word(word);
                    for key in ends.into_iter().chain(others) {
                        self.add(&mut found, kinds, (kind, names.keys().get(key)))?;
                    }
                }
            }
        }
        Ok(found)
    }

    /// Every key of a name.
    pub(super) fn every_key(&self, kinds: &[NameKind]) -> Result<BTreeSet<Key>, Error> {
        let mut groups: BTreeSet<Key> = BTreeSet::new();
        for part in &self.parts {
            for kind in self.source_kinds(kinds) {
                let keys = part.of_kind(kind).keys();
                groups.extend((0..keys.len()).filter_map(|number| self.rule.group(kind, keys.get(number))));
            }
        }
        groups.retain(|group| kinds.contains(&group.0));
        Ok(groups)
    }

    /// Names a key of which has these letters, whatever stands between them.
    pub(crate) fn of_letters(&self, kinds: &[NameKind], letters: &str) -> Result<Candidates, Error> {
        let mut found = self.unusual_candidates(kinds);
        for part in &self.parts {
            for kind in self.source_kinds(kinds) {
                let keys = part.of_kind(kind).keys();
                let mut same = Vec::new();
                with_letters(keys, 0..keys.len(), String::new(), letters, &mut same);
                for key in same {
                    self.add(&mut found, kinds, (kind, keys.get(key)))?;
                }
            }
        }
        Ok(found)
    }

    /// Names a key of which has no more than so many errors against one that was typed.
    pub(crate) fn near(&self, kinds: &[NameKind], typed: &[char], most: usize) -> Result<Candidates, Error> {
        let mut found = self.unusual_candidates(kinds);
        for part in &self.parts {
            for kind in self.source_kinds(kinds) {
                let keys = part.of_kind(kind).keys();
                for key in within(keys, typed, most) {
                    self.add(&mut found, kinds, (kind, keys.get(key)))?;
                }
            }
        }
        Ok(found)
    }

    /// People of whom one word of their names is within one error of what was typed.
    pub(crate) fn near_in_part(&self, typed: &[char]) -> Result<Candidates, Error> {
        let kinds = [NameKind::Person];
        let mut found = self.unusual_candidates(&kinds);
        for part in &self.parts {
            let names = part.of_kind(NameKind::Person);
            for word in within(names.words(), typed, 1) {
                let (ends, others) = names.with_word(word);
                for key in ends.into_iter().chain(others) {
                    self.add(&mut found, &kinds, (NameKind::Person, names.keys().get(key)))?;
                }
            }
        }
        Ok(found)
    }
}

/// The order of names by their stories.
fn order(known: &Known) -> (std::cmp::Reverse<u64>, &str, NameKind, (NameKind, &str)) {
    (std::cmp::Reverse(known.articles), &known.name, known.kind, known.order())
}

/// Whether a name's key ends with another's words, and begins before them.
fn ends_with(own: &str, key: &str) -> bool {
    own.strip_suffix(key).is_some_and(|rest| rest.ends_with(' '))
}

/// Numbers of the strings that have these letters, spaces aside; all of a range begin with a prefix, and `letters` are
/// still to come.
fn with_letters(keys: Strings<'_>, range: Range<u32>, prefix: String, letters: &str, found: &mut Vec<u32>) {
    let Some(letter) = letters.chars().next() else {
        found.extend(range.take_while(|&key| keys.get(key) == prefix));
        return;
    };
    for (next, left) in [(' ', letters), (letter, &letters[letter.len_utf8()..])] {
        if next == ' ' && (prefix.is_empty() || prefix.ends_with(' ')) {
            continue;
        }
        let prefix = format!("{prefix}{next}");
        let part = keys.starting(&prefix);
        if !part.is_empty() {
            with_letters(keys, part, prefix, left, found);
        }
    }
}

/// Numbers of the strings with no more than so many errors against what was typed: characters added, dropped, changed, or
/// swapped with their neighbour (optimal string alignment). Strings stand in their order, so those that share a beginning
/// share its row of the table, and all those of a beginning with too many errors are passed over at once.
fn within(strings: Strings<'_>, typed: &[char], most: usize) -> Vec<u32> {
    let mut found = Vec::new();
    let mut table = Errors::of(typed, most);
    let mut number = 0;
    while number < strings.len() {
        let string = strings.get(number);
        if table.follow(string) {
            if table.last() <= most {
                found.push(number);
            }
            number += 1;
        } else {
            number = strings.after(number, table.followed(string));
        }
    }
    found
}

/// Errors of a string's beginnings against those of what was typed: one row for each of the string's characters.
struct Errors<'a> {
    typed: &'a [char],
    most: usize,
    /// Characters of the string whose rows stand.
    string: Vec<char>,
    /// The rows, one behind the other. Of each only what lies within `most` of the diagonal is known; the rest is more.
    rows: Vec<usize>,
}

impl<'a> Errors<'a> {
    fn of(typed: &'a [char], most: usize) -> Self {
        Self { typed, most, string: Vec::new(), rows: (0..=typed.len()).collect() }
    }

    /// Makes the rows of a string, from where it differs from the one before; false when so much of it has too many errors
    /// already, whatever follows.
    fn follow(&mut self, string: &str) -> bool {
        let shared = self.string.iter().zip(string.chars()).take_while(|(a, b)| *a == b).count();
        self.string.truncate(shared);
        self.rows.truncate((shared + 1) * (self.typed.len() + 1));
        string.chars().skip(shared).all(|c| self.push(c) <= self.most)
    }

    /// What of a string has rows.
    fn followed<'b>(&self, string: &'b str) -> &'b str {
        string.char_indices().nth(self.string.len()).map_or(string, |(at, _)| &string[..at])
    }

    /// Errors of the whole string against all that was typed.
    fn last(&self) -> usize {
        self.rows.last().copied().unwrap_or(usize::MAX)
    }

    /// Adds the row of one more character; gives the least errors in it.
    fn push(&mut self, c: char) -> usize {
        let (width, at) = (self.typed.len() + 1, self.string.len() + 1);
        let (last, new) = ((at - 1) * width, at * width);
        self.rows.resize(new + width, self.most + 1);
        self.rows[new] = at;
        let mut least = at;
        let from = at.saturating_sub(self.most).max(1);
        for j in from..=(at + self.most).min(self.typed.len()) {
            let other = self.typed[j - 1];
            let row = &self.rows;
            let changed = row[last + j - 1] + usize::from(c != other);
            let mut errors = changed.min(row[last + j] + 1).min(row[new + j - 1] + 1);
            if at > 1 && j > 1 && c == self.typed[j - 2] && self.string[at - 2] == other {
                errors = errors.min(row[last - width + j - 2] + 1);
            }
            self.rows[new + j] = errors;
            least = least.min(errors);
        }
        self.string.push(c);
        least
    }
}
