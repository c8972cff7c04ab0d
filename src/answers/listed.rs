//! Lists of what an archive knows.

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

/// Whether a label, or a word of it, begins so, whatever the case; every label does without a prefix.
pub(crate) fn begins(label: &str, prefix: Option<&str>) -> bool {
    let Some(prefix) = prefix.map(str::to_lowercase) else { return true };
    let label = label.to_lowercase();
    label.starts_with(&prefix) || label.split_whitespace().any(|word| word.starts_with(&prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_may_begin_so() {
        assert!(begins("Delaney Voss", Some("vo")) && begins("Delaney Voss", Some("DELANEY v")));
        assert!(!begins("Delaney Voss", Some("oss")) && begins("Delaney Voss", None));
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let listed = Listed::first(2, vec!['a', 'b', 'c'], true);
        assert_eq!((listed.entries, listed.all), (vec!['a', 'b'], 3));
    }
}
