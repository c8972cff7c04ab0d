//! Counts over an archive that lies elsewhere, names joined.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    annotation::NameKind,
    answers::{
        backend::Backend,
        names::{Known, NameTable, column},
    },
    fields::FieldId,
    query::{
        Error,
        engine::{plan::Clause, statistics::Target},
    },
};

/// Everything.
pub(crate) fn every() -> Clause {
    Clause::All(Vec::new())
}

/// Clauses that are counted at once.
const AT_ONCE: usize = 200;

fn counted(backend: &dyn Backend, target: Target, clauses: Vec<Clause>) -> Result<Vec<u64>, Error> {
    let mut counts = Vec::with_capacity(clauses.len());
    for some in clauses.chunks(AT_ONCE) {
        counts.extend(backend.counts(target, some)?);
    }
    Ok(counts)
}

/// How many of the articles that match have each value of a field, names joined.
pub(crate) fn values<'a>(
    names: &dyn Fn() -> Result<&'a NameTable, Error>,
    backend: &dyn Backend,
    clause: &Clause,
    field: FieldId,
) -> Result<FxHashMap<String, u64>, Error> {
    if let Some(kind) = NameKind::ALL.into_iter().find(|&kind| column(kind) == field) {
        let table = names()?;
        let mut forms = Vec::new();
        for taken_for in table.taken_for(kind)? {
            for (form, count) in backend.values(clause, column(taken_for))? {
                let known = table.of_form(taken_for, &form)?.filter(|known| known.kind == kind);
                forms.extend(known.map(|known| (known, count)));
            }
        }
        let named = |known: &Known| Clause::Named {
            field: FieldId::NameKey,
            keys: known.keys.clone(),
            forms: Vec::new(),
        };
        return joined(backend, clause, forms, named);
    }
    let counts = backend.values(clause, field)?;
    if field != FieldId::SpeakerName {
        return Ok(counts.into_iter().collect());
    }
    let table = names()?;
    let (mut known, mut other) = (Vec::new(), FxHashMap::default());
    for (form, count) in counts {
        match table.of_form(NameKind::Person, &form)? {
            Some(one) => known.push((one, count)),
            None => drop(other.insert(form, count)),
        }
    }
    let said = |known: &Known| {
        let by = Clause::Named { field: FieldId::SpeakerKey, keys: known.plain_keys(), forms: Vec::new() };
        Clause::Other(Box::new(by))
    };
    for (name, count) in joined(backend, clause, known, said)? {
        *other.entry(name).or_default() += count;
    }
    Ok(other)
}

/// Counts of names by those of their forms: where an article may have several of them, it is asked how many have any.
fn joined(
    backend: &dyn Backend,
    clause: &Clause,
    forms: Vec<(Arc<Known>, u64)>,
    any: impl Fn(&Known) -> Clause,
) -> Result<FxHashMap<String, u64>, Error> {
    let mut by_name: FxHashMap<(NameKind, &str), (&Known, usize, u64)> = FxHashMap::default();
    for (known, count) in &forms {
        let (_, times, sum) = by_name.entry(known.order()).or_insert((known, 0, 0));
        *times += 1;
        *sum += count;
    }
    let several: Vec<&Known> =
        by_name.values().filter(|(_, times, _)| *times > 1).map(|(known, ..)| *known).collect();
    let clauses = several.iter().map(|known| Clause::All(vec![clause.clone(), any(known)])).collect();
    let exact = counted(backend, Target::Articles, clauses)?;
    let mut counts: FxHashMap<String, u64> =
        by_name.values().map(|(known, _, sum)| (known.name.clone(), *sum)).collect();
    counts.extend(several.into_iter().zip(exact).map(|(known, count)| (known.name.clone(), count)));
    Ok(counts)
}
