//! The indices of the roots: their names, whose they are, and the aliases that cover all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Client, Error, MAPPING_VERSION,
    mapping::{Kind, mapping, settings, templates},
};
use crate::{article::hash64, fields::SCHEMA_VERSION, state};

/// What an index of ours says of itself, in `_meta`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Meta {
    /// Version of the fields.
    pub(super) schema: u32,
    /// Version of the documents besides.
    pub(super) mapping: u32,
    /// The root whose stories it holds.
    pub(super) root: String,
    /// The index on some machine that it was filled from.
    pub(super) index: String,
    /// Which of the root's fillings it is, from 1.
    pub(super) generation: u64,
    /// Tells this filling from every other.
    pub(super) token: String,
}

/// One filling of a root's three indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filling {
    pub(super) meta: Meta,
    /// Whether the aliases cover it.
    pub(super) is_live: bool,
    /// The kinds that are there.
    there: Vec<Kind>,
}

impl Filling {
    /// The name of one of its indices.
    pub(super) fn name(&self, kind: Kind) -> String {
        name(kind, &self.meta.root, self.meta.generation)
    }

    fn is_of_this_version(&self) -> bool {
        (self.meta.schema, self.meta.mapping) == (SCHEMA_VERSION, MAPPING_VERSION)
    }

    /// That this program can use it.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.is_of_this_version() {
            return Ok(());
        }
        let version = |schema, mapping| format!("version {schema}.{mapping}");
        Err(Error::OtherVersion {
            index: self.name(Kind::Articles),
            found: version(self.meta.schema, self.meta.mapping),
            expected: version(SCHEMA_VERSION, MAPPING_VERSION),
        })
    }
}

fn name(kind: Kind, root: &str, generation: u64) -> String {
    let plain: String =
        root.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    let hash = hash64(root.as_bytes()) as u32;
    format!(
        "{}-{}{hash:08x}-{generation}",
        kind.alias(),
        if plain.is_empty() { plain } else { format!("{plain}-") }
    )
}

/// Every filling on the cluster that is ours.
pub(super) fn fillings(client: &Client) -> Result<Vec<Filling>, Error> {
    let patterns = Kind::ALL.map(|kind| format!("{}-*", kind.alias())).join(",");
    let mappings =
        client.find(&format!("/{patterns}/_mapping?filter_path=*.mappings._meta"))?.unwrap_or_default();
    let aliases = client.find(&format!("/{patterns}/_alias?filter_path=*.aliases"))?.unwrap_or_default();
    let mut found: BTreeMap<(String, u64), Filling> = BTreeMap::new();
    for (index, described) in mappings.as_object().into_iter().flatten() {
        let Ok(meta) = Meta::deserialize(&described["mappings"]["_meta"]["pullquote"]) else { continue };
        let Some(kind) =
            Kind::ALL.into_iter().find(|&kind| *index == name(kind, &meta.root, meta.generation))
        else {
            continue;
        };
        let is_live = aliases[index]["aliases"].get(kind.alias()).is_some();
        let key = (meta.root.clone(), meta.generation);
        let own = meta.clone();
        let filling = found.entry(key).or_insert_with(|| Filling { meta, is_live, there: Vec::new() });
        // One index of another version makes the filling one.
        if filling.is_of_this_version() {
            filling.meta = own;
        }
        filling.there.push(kind);
        filling.is_live |= is_live;
    }
    Ok(found.into_values().collect())
}

/// The filling of a root that a push goes to, made where there is none; with `rebuild` one beside the live one.
pub(super) fn for_push(client: &Client, root: &str, index: &str, rebuild: bool) -> Result<Filling, Error> {
    let mut all = fillings(client)?;
    all.retain(|filling| filling.meta.root == root);
    if let Some(other) = all.iter().find(|filling| filling.meta.index != index) {
        return Err(Error::NameTaken { root: root.to_owned(), index: other.name(Kind::Articles) });
    }
    let last = all.iter().map(|filling| filling.meta.generation).max().unwrap_or_default();
    let live = all.iter().find(|filling| filling.is_live).cloned();
    let begun = all.iter().rev().find(|filling| !filling.is_live && filling.is_of_this_version()).cloned();
    let mut filling = match (live, begun) {
        (Some(live), _) if !rebuild => {
            live.check()?;
            live
        }
        (_, Some(begun)) => begun,
        (live, None) => {
            let meta = Meta {
                schema: SCHEMA_VERSION,
                mapping: MAPPING_VERSION,
                root: root.to_owned(),
                index: index.to_owned(),
                generation: last + 1,
                token: state::token(),
            };
            Filling { meta, is_live: live.is_none(), there: Vec::new() }
        }
    };
    for kind in Kind::ALL {
        if !filling.there.contains(&kind) {
            create(client, &filling, kind)?;
            filling.there.push(kind);
        }
    }
    for kind in Kind::ALL {
        let name = filling.name(kind);
        let health =
            client.ask("GET", &format!("/_cluster/health/{name}?wait_for_status=yellow&timeout=30s"), None);
        let status = match health {
            Ok(health) => health["status"].as_str().unwrap_or_default().to_owned(),
            Err(Error::Other { status: 408, .. }) => "red".to_owned(),
            Err(error) => return Err(error),
        };
        if status == "red" {
            return Err(Error::Red { index: name, why: "its health is red".to_owned() });
        }
    }
    Ok(filling)
}

fn create(client: &Client, filling: &Filling, kind: Kind) -> Result<(), Error> {
    let mut mappings = mapping(kind);
    mappings["_meta"] = json!({ "pullquote": filling.meta });
    let mut body = json!({ "mappings": mappings });
    if filling.is_live {
        body["aliases"] = json!({ kind.alias(): {} });
    }
    if !has_template(client, kind)? {
        body["settings"] = settings();
    }
    client.ask("PUT", &format!("/{}?wait_for_active_shards=1", filling.name(kind)), Some(&body)).map(drop)
}

/// Whether the cluster has the template of a kind, put there now if it may be.
fn has_template(client: &Client, kind: Kind) -> Result<bool, Error> {
    let path = format!("/_index_template/{}", kind.alias());
    match client.find(&path) {
        Ok(Some(_)) => return Ok(true),
        Ok(None) => (),
        Err(Error::Forbidden { .. }) => return Ok(false),
        Err(error) => return Err(error),
    }
    let template = templates().into_iter().find(|(name, _)| name == kind.alias());
    let Some((_, template)) = template else { return Ok(false) };
    match client.ask("PUT", &path, Some(&template)) {
        Ok(_) => Ok(true),
        Err(Error::Forbidden { .. } | Error::Other { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Has the aliases cover a filling and no other of its root, in one step; then removes the others.
pub(super) fn make_live(client: &Client, filling: &Filling) -> Result<(), Error> {
    let mut others = fillings(client)?;
    others.retain(|other| {
        other.meta.root == filling.meta.root && other.meta.generation != filling.meta.generation
    });
    if !filling.is_live {
        let mut actions: Vec<Value> = Vec::new();
        for kind in Kind::ALL {
            actions.push(json!({ "add": { "index": filling.name(kind), "alias": kind.alias() } }));
            for other in others.iter().filter(|other| other.is_live && other.there.contains(&kind)) {
                actions.push(json!({ "remove": { "index": other.name(kind), "alias": kind.alias(), "must_exist": false } }));
            }
        }
        client.ask("POST", "/_aliases", Some(&json!({ "actions": actions })))?;
    }
    others.iter().try_for_each(|other| delete(client, other))
}

/// Removes a filling.
pub(super) fn delete(client: &Client, filling: &Filling) -> Result<(), Error> {
    for &kind in &filling.there {
        client.ask("DELETE", &format!("/{}?ignore_unavailable=true", filling.name(kind)), None)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_indices_are_plain_and_of_one_root_alone() {
        let one = name(Kind::Articles, "Ünïted Press/2024 *", 2);
        assert!(one.starts_with("pullquote-articles-ntedpress2024-") && one.ends_with("-2"), "{one}");
        assert_ne!(name(Kind::Quotes, "News", 1), name(Kind::Quotes, "news", 1));
        let odd = name(Kind::Words, "ニュース", 1);
        assert!(odd.is_ascii() && odd.len() == "pullquote-words-".len() + 10, "{odd}");
    }
}
