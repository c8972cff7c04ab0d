//! Lists of what an archive knows.

use crate::analysis;

/// The first entries of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// The entries, as many as were asked for.
    pub entries: Vec<T>,
    /// How many there are.
    pub all: usize,
    /// Whether everything was looked at; not where a deadline came first.
    pub complete: bool,
}

impl<T> Listed<T> {
    /// The first `limit` of some entries.
    pub(crate) fn first(limit: usize, mut entries: Vec<T>, complete: bool) -> Self {
        let all = entries.len();
        entries.truncate(limit);
        Self { entries, all, complete }
    }
}

/// Whether a label, or the rest of it from some word on, begins so, whatever the case and the accents; every label does
/// without a prefix.
pub(crate) fn begins(label: &str, prefix: Option<&str>) -> bool {
    let Some(prefix) = prefix else { return true };
    let (label, prefix) = (analysis::words(label).join(" "), analysis::words(prefix).join(" "));
    label.starts_with(&prefix) || label.contains(&format!(" {prefix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_may_begin_so() {
        assert!(begins("Delaney Voss", Some("vo")) && begins("Delaney Voss", Some("DELANEY v")));
        assert!(begins("The Zoé", Some("zoe")) && begins("Zoe of Q", Some("of Q")));
        assert!(!begins("Delaney Voss", Some("oss")) && begins("Delaney Voss", None));
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let listed = Listed::first(2, vec!['a', 'b', 'c'], true);
        assert_eq!((listed.entries, listed.all), (vec!['a', 'b'], 3));
    }
}
