//! IPTC Media Topics: the news industry's tree of subjects, with codes, labels and definitions.
//!
//! The tree is read once from `data/topics/mediatopics.tsv` (CC BY 4.0, International Press Telecommunications Council),
//! which lists it depth first, so everything below a topic is the run of rows that follows it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::read(include_str!("../data/topics/mediatopics.tsv")));

/// What stands before a code where it leaves the program: `medtop:20000505`.
pub const PREFIX: &str = "medtop:";

/// One subject of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Eight digits.
    pub code: &'static str,
    /// The English label: `cinema`.
    pub label: &'static str,
    /// The American label where it differs: `movies`.
    pub american: Option<&'static str>,
    /// What IPTC says the subject covers.
    pub definition: &'static str,
    /// Steps from the top, which is 0.
    pub depth: usize,
    index: usize,
    parent: Option<usize>,
    root: usize,
    /// One past the last subject below this one.
    end: usize,
}

impl Subject {
    /// Place in [`all`]: a small number for tables.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The code as it leaves the program: `medtop:20000505`.
    pub fn qualified(&self) -> String {
        format!("{PREFIX}{}", self.code)
    }

    /// The subject right above.
    pub fn parent(&self) -> Option<&'static Self> {
        self.parent.map(|index| &TREE.subjects[index])
    }

    /// The subjects above, nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = &'static Self> + use<> {
        std::iter::successors(self.parent(), |subject| subject.parent())
    }

    /// The subject at the top above this one; itself if it is at the top.
    pub fn root(&self) -> &'static Self {
        &TREE.subjects[self.root]
    }

    /// Every subject below, depth first.
    pub fn descendants(&self) -> &'static [Self] {
        &TREE.subjects[self.index + 1..self.end]
    }

    /// The subjects right below, in the order of their codes.
    pub fn children(&self) -> impl Iterator<Item = &'static Self> + use<> {
        let depth = self.depth + 1;
        self.descendants().iter().filter(move |subject| subject.depth == depth)
    }

    /// Whether `other` is this subject or lies below it.
    pub fn covers(&self, other: &Self) -> bool {
        (self.index..self.end).contains(&other.index)
    }

    /// The labels from the top down to this subject, ` > ` between them.
    pub fn path(&self) -> String {
        let mut labels: Vec<&str> = self.ancestors().map(|subject| subject.label).collect();
        labels.reverse();
        labels.push(self.label);
        labels.join(" > ")
    }
}

struct Tree {
    subjects: Vec<Subject>,
    codes: FxHashMap<&'static str, usize>,
    labels: FxHashMap<String, usize>,
}

impl Tree {
    fn read(file: &'static str) -> Self {
        let mut tree =
            Self { subjects: Vec::new(), codes: FxHashMap::default(), labels: FxHashMap::default() };
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            let (code, parent, label, american, definition) = (cell(), cell(), cell(), cell(), cell());
            let index = tree.subjects.len();
            let parent = tree.codes.get(parent).copied();
            let depth = parent.map_or(0, |above| tree.subjects[above].depth + 1);
            let american = Some(american).filter(|label| !label.is_empty());
            let root = parent.map_or(index, |above| tree.subjects[above].root);
            tree.subjects.push(Subject {
                code,
                label,
                american,
                definition,
                depth,
                index,
                parent,
                root,
                end: index + 1,
            });
            let mut above = parent;
            while let Some(subject) = above {
                tree.subjects[subject].end = index + 1;
                above = tree.subjects[subject].parent;
            }
            tree.codes.insert(code, index);
            // British labels win: "soccer" and the like are never two subjects, but an American label may be
            // another subject's British one.
            tree.labels.insert(label.to_lowercase(), index);
        }
        for (index, subject) in tree.subjects.iter().enumerate() {
            if let Some(label) = subject.american {
                tree.labels.entry(label.to_lowercase()).or_insert(index);
            }
        }
        tree
    }
}

/// All subjects, depth first.
pub fn all() -> &'static [Subject] {
    &TREE.subjects
}

/// The subjects at the top, from arts to weather.
pub fn roots() -> impl Iterator<Item = &'static Subject> {
    all().iter().filter(|subject| subject.depth == 0)
}

/// The subject with a code, `20000505` or `medtop:20000505`.
pub fn by_code(code: &str) -> Option<&'static Subject> {
    let code = code.strip_prefix(PREFIX).unwrap_or(code);
    TREE.codes.get(code).map(|&index| &TREE.subjects[index])
}

/// The subject with a label, British or American, whatever its case.
pub fn by_label(label: &str) -> Option<&'static Subject> {
    TREE.labels.get(&label.trim().to_lowercase()).map(|&index| &TREE.subjects[index])
}

/// A section or tag in the form in which it is looked up: lower case, `-` and `_` as blanks, `&` as `and`.
pub fn folded_tag(tag: &str) -> String {
    let spaced = tag.to_lowercase().replace(['-', '_'], " ").replace('&', " and ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The subjects whose label begins with `prefix`, whatever its case, depth first.
pub fn by_prefix(prefix: &str) -> impl Iterator<Item = &'static Subject> + use<> {
    let prefix = prefix.trim().to_lowercase();
    all().iter().filter(move |subject| subject.label.to_lowercase().starts_with(&prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_whole() {
        assert_eq!(roots().count(), 17);
        for subject in all() {
            assert_eq!(subject.code.len(), 8);
            assert!(!subject.label.is_empty());
            assert_eq!(by_code(subject.code), Some(subject));
            assert_eq!(
                by_label(subject.label).map(|found| found.label.to_lowercase()),
                Some(subject.label.to_lowercase())
            );
            for below in subject.descendants() {
                assert!(below.ancestors().any(|above| above == subject), "{}", below.path());
            }
        }
        let below: usize = roots().map(|root| root.descendants().len() + 1).sum();
        assert_eq!(below, all().len());
    }

    #[test]
    fn subjects_are_found_by_code_and_label() {
        let divorce = by_code("medtop:20000783").unwrap();
        assert_eq!(divorce.path(), "society > family > divorce");
        assert_eq!(by_label("Movies").map(|subject| subject.label), Some("cinema"));
        assert_eq!(by_label("no such subject"), None);
        let family = by_label("family").unwrap();
        assert!(family.covers(divorce) && !divorce.covers(family));
        assert!(family.children().any(|child| child == divorce));
        assert_eq!(divorce.ancestors().last().map(|top| top.label), Some("society"));
    }
}
