//! Clauses in words, for `--explain`.

use crate::query::engine::plan::Clause;

/// What is required, in words.
pub(crate) fn clauses(required: &[Clause]) -> String {
    match required {
        [] => "words only".to_owned(),
        some => some.iter().map(clause).collect::<Vec<_>>().join(" and "),
    }
}

fn clause(clause: &Clause) -> String {
    match clause {
        Clause::Word(group) => format!("{} in {}", group.typed, group.field.row().name),
        Clause::Phrase { field, words, slop: 0, .. } => {
            format!("the phrase “{}” in {}", words.join(" "), field.row().name)
        }
        Clause::Phrase { field, words, slop, .. } => {
            format!("“{}” in {} with up to {slop} words between", words.join(" "), field.row().name)
        }
        Clause::Near { sides, within, .. } => {
            let side =
                |at: usize| sides[at].iter().map(|group| group.typed.as_str()).collect::<Vec<_>>().join(" ");
            format!("“{}” within {within} words of “{}”", side(0), side(1))
        }
        Clause::Exact { field, term } => format!("{} = {term}", field.row().name),
        Clause::Kinds(kinds) => self::clause(&Clause::of_kinds(kinds)),
        Clause::Named { field, keys, forms } if forms.is_empty() || keys.is_empty() => {
            format!("nobody in {}", field.row().name)
        }
        Clause::Named { forms, .. } => {
            let written: Vec<String> = forms.iter().map(self::clause).collect();
            format!("whoever is written so: {}", written.join(" or "))
        }
        Clause::Date { .. } => "a date in the range".to_owned(),
        Clause::Undated => "no date".to_owned(),
        Clause::Confidence { least } => format!("confidence of at least {:.2}", *least as f32 / 1000.0),
        Clause::Other(inner) => format!("(in one and the same quote or story: {})", self::clause(inner)),
        Clause::Not(inner) => format!("not {}", self::clause(inner)),
        Clause::All(parts) => format!("({})", clauses(parts)),
        Clause::Any(parts) if parts.is_empty() => "nothing".to_owned(),
        Clause::Any(parts) => {
            format!("({})", parts.iter().map(self::clause).collect::<Vec<_>>().join(" or "))
        }
    }
}
