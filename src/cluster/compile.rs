//! From the clauses of a plan to queries of a cluster.
//!
//! A plan is made by the same planner for an index and for a cluster, so what is left here is one way of saying each of its
//! clauses. Who matches is said exactly. How well is said nearly: the best of those that the cluster finds are scored again
//! by this program.

use std::ops::Range;

use serde_json::{Value, json};

use super::{document::term, mapping::QUOTES};
use crate::{
    fields::FieldId,
    query::{
        Error,
        engine::{
            evidence,
            plan::{Clause, Plan, WordGroup},
            statistics::{K1, Target},
        },
    },
};

/// Of the forms of a word that a story holds, the best counts whole and the others so much.
const OTHER_FORMS: f32 = 0.4;

/// Ids of stories by which quotes are chosen, at most: Lucene takes no more terms in one query.
pub(super) const MOST_IDS: usize = 65_536;

/// Where a clause stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Among stories.
    Stories,
    /// Among the quotes within a story.
    Within,
    /// Among quotes that stand alone.
    Alone,
    /// Among quotes that stand alone, of their story.
    StoryOfAlone,
}

/// What compiling needs to know of a cluster.
pub(super) trait Known {
    /// The inverse frequency of a term as the cluster has it.
    fn idf(&self, field: FieldId, word: &str) -> f32;
    /// The ids of all stories that match; more than [`MOST_IDS`] is an error.
    fn ids(&self, clause: &Clause) -> Result<Vec<String>, Error>;
}

/// A query of a cluster that matches what the clause matches.
pub(super) fn filter(known: &dyn Known, target: Target, clause: &Clause) -> Result<Value, Error> {
    let place = if target == Target::Articles { Place::Stories } else { Place::Alone };
    matching(known, place, clause)
}

fn matching(known: &dyn Known, place: Place, clause: &Clause) -> Result<Value, Error> {
    let each = |parts: &[Clause]| {
        parts.iter().map(|part| matching(known, place, part)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match clause {
        Clause::Word(group) => word(place, group),
        Clause::Phrase { field, words, slop: 0, .. } => phrase(place, *field, words),
        Clause::Phrase { field, words, slop, .. } => {
            let words = words
                .iter()
                .map(|word| json!({ "match": { "query": term(word), "analyzer": "whitespace" } }));
            let all = json!({ "ordered": true, "max_gaps": slop, "intervals": words.collect::<Vec<_>>() });
            json!({ "intervals": { name(place, *field): { "all_of": all } } })
        }
        Clause::Near { field, sides, within } => near(place, *field, sides, *within),
        Clause::Exact { field, term } => json!({ "term": { name(place, *field): term } }),
        Clause::Kinds(kinds) => matching(known, place, &Clause::of_kinds(kinds))?,
        Clause::Named { field, keys, .. } => json!({ "terms": { name(place, *field): keys } }),
        Clause::Date { .. } | Clause::Undated if place == Place::Within => {
            return Err(Error::NotThere { what: "a date beside what is asked of one quote" });
        }
        Clause::Date { from, to } => {
            let mut both = Vec::new();
            if *to != i64::MAX {
                both.push(json!({ "range": { FieldId::DayFrom.row().name: { "lte": to } } }));
            }
            if *from != i64::MIN {
                both.push(json!({ "range": { FieldId::DayTo.row().name: { "gte": from } } }));
            }
            both.push(json!({ "exists": { "field": FieldId::DayFrom.row().name } }));
            json!({ "bool": { "filter": both } })
        }
        Clause::Undated => {
            json!({ "bool": { "must_not": { "exists": { "field": FieldId::DayFrom.row().name } } } })
        }
        Clause::Confidence { least } => {
            json!({ "range": { name(place, FieldId::Confidence): { "gte": least } } })
        }
        Clause::Other(inner) => match place {
            Place::Stories => {
                json!({ "nested": { "path": QUOTES, "query": matching(known, Place::Within, inner)? } })
            }
            Place::Alone if asks_for_text(inner) => {
                json!({ "terms": { FieldId::ArticleId.row().name: known.ids(inner)? } })
            }
            Place::Alone => matching(known, Place::StoryOfAlone, inner)?,
            Place::Within | Place::StoryOfAlone => {
                return Err(Error::NotThere { what: "a condition on a story within one on its quote" });
            }
        },
        Clause::Not(inner) => json!({ "bool": { "must_not": matching(known, place, inner)? } }),
        Clause::All(parts) if parts.is_empty() => json!({ "match_all": {} }),
        Clause::All(parts) => json!({ "bool": { "filter": each(parts)? } }),
        Clause::Any(parts) if parts.is_empty() => nothing(),
        Clause::Any(parts) => json!({ "bool": { "should": each(parts)?, "minimum_should_match": 1 } }),
    })
}

/// A query that matches nothing.
fn nothing() -> Value {
    json!({ "match_none": {} })
}

/// Whether a clause wants words of the text, which quotes that stand alone do not have of their story.
fn asks_for_text(clause: &Clause) -> bool {
    match clause {
        Clause::Word(WordGroup { field, .. }) | Clause::Phrase { field, .. } | Clause::Near { field, .. } => {
            *field == FieldId::Text
        }
        Clause::Other(inner) | Clause::Not(inner) => asks_for_text(inner),
        Clause::All(parts) | Clause::Any(parts) => parts.iter().any(asks_for_text),
        _ => false,
    }
}

fn name(place: Place, field: FieldId) -> String {
    match place {
        Place::Within => format!("{QUOTES}.{}", field.row().name),
        _ => field.row().name.to_owned(),
    }
}

fn word(place: Place, group: &WordGroup) -> Value {
    match group {
        WordGroup { terms, .. } if terms.is_empty() => nothing(),
        WordGroup { field, terms, is_compound: true, .. } => phrase(place, *field, terms),
        WordGroup { field, terms, .. } => {
            json!({ "terms": { name(place, *field): terms.iter().map(|it| term(it)).collect::<Vec<_>>() } })
        }
    }
}

fn phrase(place: Place, field: FieldId, words: &[String]) -> Value {
    let words: Vec<String> = words.iter().map(|word| term(word)).collect();
    json!({ "match_phrase": { name(place, field): { "query": words.join(" "), "analyzer": "whitespace" } } })
}

/// Either side before the other, with fewer than so many words between.
fn near(place: Place, field: FieldId, sides: &[Vec<WordGroup>; 2], within: u32) -> Value {
    let side = |groups: &Vec<WordGroup>| -> Option<Value> {
        let words = groups.iter().map(|group| {
            let forms: Vec<Value> = group
                .terms
                .iter()
                .map(|form| json!({ "match": { "query": term(form), "analyzer": "whitespace" } }))
                .collect();
            (!forms.is_empty()).then(|| json!({ "any_of": { "intervals": forms } }))
        });
        let words = words.collect::<Option<Vec<_>>>()?;
        (!words.is_empty())
            .then(|| json!({ "all_of": { "ordered": true, "max_gaps": 0, "intervals": words } }))
    };
    let (Some(left), Some(right), Some(gaps)) = (side(&sides[0]), side(&sides[1]), within.checked_sub(1))
    else {
        return nothing();
    };
    let order = |first: &Value, second: &Value| json!({ "all_of": { "ordered": true, "max_gaps": gaps, "intervals": [first, second] } });
    json!({ "intervals": { name(place, field): { "any_of": { "intervals": [order(&left, &right), order(&right, &left)] } } } })
}

/// What matches a plan and holds so many of the words that count.
pub(super) fn holding(known: &dyn Known, plan: &Plan, held: &Range<usize>) -> Result<Value, Error> {
    let place = if plan.target == Target::Articles { Place::Stories } else { Place::Alone };
    let mut all =
        plan.required.iter().map(|part| matching(known, place, part)).collect::<Result<Vec<_>, _>>()?;
    let words = |wanted: fn(&WordGroup) -> bool| {
        plan.words.iter().filter(move |word| wanted(word)).map(move |it| word(place, it))
    };
    let musts: Vec<Value> = words(|word| word.is_must).collect();
    let counting: Vec<Value> =
        words(|word| !word.is_must && !word.is_stop_word && !word.is_unknown).collect();
    let has_words = !plan.words.is_empty();
    // Without another condition a hit holds one word at least.
    let least =
        if all.is_empty() && musts.is_empty() { held.start.max(usize::from(has_words)) } else { held.start };
    all.extend(musts);
    if least > 0 {
        all.push(at_least(&counting, least));
    }
    let mut query = json!({ "bool": { "filter": all } });
    if held.end <= counting.len() {
        query["bool"]["must_not"] = at_least(&counting, held.end);
    }
    Ok(query)
}

/// What of that holds every word.
pub(super) fn strict(known: &dyn Known, plan: &Plan) -> Result<Value, Error> {
    if plan.words.iter().any(|word| word.is_unknown && !plan.is_any) {
        return Ok(nothing());
    }
    let counting = plan.counting();
    let all = if plan.is_any { counting.min(1) } else { counting };
    holding(known, plan, &(all..usize::MAX))
}

fn at_least(words: &[Value], least: usize) -> Value {
    match (words.len(), least) {
        (all, least) if least > all => nothing(),
        (all, least) if least == all => json!({ "bool": { "filter": words } }),
        _ => json!({ "bool": { "should": words, "minimum_should_match": least } }),
    }
}

/// What scores those that match a plan nearly as this program does.
pub(super) fn scoring(known: &dyn Known, plan: &Plan) -> Vec<Value> {
    let place = if plan.target == Target::Articles { Place::Stories } else { Place::Alone };
    let words = plan.words.iter().filter_map(|word| scored_word(known, place, word, evidence::weight(word)));
    words.chain(plan.required.iter().filter_map(|clause| scored(known, place, clause))).collect()
}

fn scored_word(known: &dyn Known, place: Place, group: &WordGroup, weight: f32) -> Option<Value> {
    if group.is_compound {
        return scored(
            known,
            place,
            &Clause::Phrase { field: group.field, words: group.terms.clone(), slop: 0, idf: weight },
        );
    }
    let field = name(place, group.field);
    let forms = group.terms.iter().map(|form| {
        let boost = weight * (K1 + 1.0) / known.idf(group.field, form).max(0.01);
        json!({ "term": { field.as_str(): { "value": term(form), "boost": boost } } })
    });
    let forms: Vec<Value> = forms.collect();
    (!forms.is_empty()).then(|| json!({ "dis_max": { "queries": forms, "tie_breaker": OTHER_FORMS } }))
}

fn scored(known: &dyn Known, place: Place, clause: &Clause) -> Option<Value> {
    let each =
        |parts: &[Clause]| parts.iter().filter_map(|part| scored(known, place, part)).collect::<Vec<_>>();
    match clause {
        Clause::Word(group) => scored_word(known, place, group, group.idf),
        Clause::Phrase { field, words, slop: 0, .. } => {
            let mut query = phrase(place, *field, words);
            query["match_phrase"][name(place, *field)]["boost"] = json!(K1 + 1.0);
            Some(query)
        }
        Clause::Phrase { idf, .. } => {
            let filter = matching(known, place, clause).ok()?;
            Some(json!({ "constant_score": { "filter": filter, "boost": idf } }))
        }
        Clause::Near { sides, .. } => {
            let idf: f32 = sides.iter().flatten().map(|group| group.idf).sum();
            let filter = matching(known, place, clause).ok()?;
            Some(json!({ "constant_score": { "filter": filter, "boost": idf } }))
        }
        Clause::Named { forms, .. } => {
            let forms = each(forms);
            (!forms.is_empty()).then(|| json!({ "dis_max": { "queries": forms } }))
        }
        Clause::Other(inner) if place == Place::Stories => {
            let inner = scored(known, Place::Within, inner)?;
            Some(json!({ "nested": { "path": QUOTES, "query": inner, "score_mode": "max" } }))
        }
        Clause::All(parts) | Clause::Any(parts) => {
            let parts = each(parts);
            (!parts.is_empty()).then(|| json!({ "bool": { "should": parts } }))
        }
        Clause::Other(_)
        | Clause::Not(_)
        | Clause::Exact { .. }
        | Clause::Kinds(_)
        | Clause::Date { .. }
        | Clause::Undated
        | Clause::Confidence { .. } => None,
    }
}
