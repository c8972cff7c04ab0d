//! What the indices of a cluster look like, made from the catalogue of fields.

use serde_json::{Map, Value, json};

use crate::{
    fields::{Analysis, FIELDS, FieldId, Row, SCHEMA_VERSION, Values},
    query::engine::statistics::{B, K1},
};

/// Version of what is pushed, beside that of the fields: raised when documents or mappings change otherwise.
pub const MAPPING_VERSION: u32 = 1;

/// Longest value that is kept as one term, in bytes; Lucene takes no more than 32,766.
pub(super) const LONGEST_VALUE: usize = 8191;

/// What an index of a cluster holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Stories, each with its quotes in it.
    Articles,
    /// Quotes, each with the short fields of its story.
    Quotes,
    /// The words of every field, each once: what prefixes and misspelt words may stand for.
    Words,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Articles, Self::Quotes, Self::Words];

    /// The alias that covers all roots; with a root's part behind it, the name of an index.
    pub(super) fn alias(self) -> &'static str {
        match self {
            Self::Articles => "pullquote-articles",
            Self::Quotes => "pullquote-quotes",
            Self::Words => "pullquote-words",
        }
    }
}

/// Where quotes stand in a story.
pub(super) const QUOTES: &str = "quotes";

/// Fields that only a cluster has, by the kinds that have them: name, type, what they hold.
const BESIDES: [(&str, &[Kind], &str); 6] = [
    ("root", &[Kind::Articles, Kind::Quotes], "keyword"),
    // Days of publication, `first/last` as numbers from 1970: counted for timelines.
    ("days", &[Kind::Articles, Kind::Quotes], "keyword"),
    // Words of the text or the quote, as scores count them.
    ("length", &[Kind::Articles, Kind::Quotes], "integer"),
    // `kind:word:form` for the first and the last word of each name: who may be meant by a part of a name.
    ("name_ends", &[Kind::Articles], "keyword"),
    // Hash of all that was pushed of a story, and how many quotes it has.
    ("fingerprint", &[Kind::Articles], "unsigned_long"),
    ("quotes_held", &[Kind::Articles], "integer"),
];

/// Whether an article's quotes, standing as documents of their own, bear this field of it.
pub(super) fn is_short(row: &Row) -> bool {
    !matches!(row.analysis, Analysis::Words | Analysis::Stored | Analysis::Packed)
        && !matches!(row.id, FieldId::Head | FieldId::FileKey | FieldId::Content | FieldId::Shingle)
}

/// Whether words of a field may be asked for by their beginning.
pub(super) fn has_words(row: &Row) -> bool {
    matches!(row.analysis, Analysis::Words | Analysis::ShortWords) || row.id == FieldId::Lang
}

/// The mapping of one kind of index.
pub(super) fn mapping(kind: Kind) -> Value {
    let mut properties = Map::new();
    if kind == Kind::Words {
        properties.insert("field".to_owned(), json!({ "type": "keyword" }));
        properties.insert("word".to_owned(), json!({ "type": "keyword" }));
        return json!({ "dynamic": "strict", "properties": properties });
    }
    let mut nested = Map::new();
    for row in FIELDS {
        let (of_article, of_quote) = match row.values {
            Values::Article(_) => (true, false),
            Values::Quote(_) => (false, true),
            Values::Both(..) | Values::All(..) => (true, true),
            Values::File(_) => continue,
        };
        let is_here = match kind {
            Kind::Articles => of_article,
            _ => of_quote || (of_article && is_short(row)),
        };
        if is_here {
            properties.insert(row.name.to_owned(), field(row));
        } else if kind == Kind::Articles {
            nested.insert(row.name.to_owned(), field(row));
        }
    }
    for (name, _, r#type) in BESIDES.iter().filter(|(_, kinds, _)| kinds.contains(&kind)) {
        properties.insert((*name).to_owned(), json!({ "type": r#type }));
    }
    if kind == Kind::Articles {
        properties.insert(
            QUOTES.to_owned(),
            json!({ "type": "nested", "dynamic": "strict", "properties": nested }),
        );
    }
    // Words are indexed and given back by nobody: what is stored has them as they were written.
    json!({
        "dynamic": "strict",
        "_source": { "includes": [FieldId::Stored.row().name, FieldId::StoredText.row().name, "root"] },
        "properties": properties,
    })
}

fn field(row: &Row) -> Value {
    let words = |norms: bool| json!({ "type": "text", "analyzer": "whitespace", "norms": norms, "position_increment_gap": 1 });
    match row.analysis {
        Analysis::Words => words(true),
        Analysis::ShortWords => words(false),
        Analysis::Exact => {
            json!({ "type": "keyword", "doc_values": row.id == FieldId::ArticleId, "ignore_above": LONGEST_VALUE })
        }
        Analysis::Column => json!({ "type": "keyword", "index": false, "ignore_above": LONGEST_VALUE }),
        Analysis::ExactColumn => json!({ "type": "keyword", "ignore_above": LONGEST_VALUE }),
        Analysis::Number | Analysis::ExactNumber | Analysis::ExactNumberColumn => {
            json!({ "type": "unsigned_long" })
        }
        Analysis::Signed => json!({ "type": "long" }),
        Analysis::Stored => json!({ "type": "keyword", "index": false, "doc_values": false }),
        Analysis::Packed => json!({ "type": "binary" }),
    }
}

/// Settings of every index: how words are scored is that of this program.
pub(super) fn settings() -> Value {
    json!({
        "index": {
            "similarity": { "default": { "type": "BM25", "k1": K1, "b": B } },
            "auto_expand_replicas": "0-1",
            "refresh_interval": "5s",
            "mapping.nested_objects.limit": 100_000,
        }
    })
}

/// What indices say of themselves wherever they come from.
pub(super) fn version() -> Value {
    json!({ "schema": SCHEMA_VERSION, "mapping": MAPPING_VERSION })
}

/// The index templates, by name: what `push` puts on a cluster that has none, for whoever wants to look at them or to have
/// other numbers of shards.
pub fn templates() -> Vec<(String, Value)> {
    let template = |kind: Kind| {
        let name = kind.alias();
        let template = json!({
            "index_patterns": [format!("{name}-*")],
            "priority": 200,
            "_meta": version(),
            "template": { "settings": settings(), "mappings": mapping(kind) },
        });
        (name.to_owned(), template)
    };
    Kind::ALL.into_iter().map(template).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_stories_and_quotes_is_there_and_nothing_else_is_taken() {
        let (articles, quotes) = (mapping(Kind::Articles), mapping(Kind::Quotes));
        for row in FIELDS {
            let name = row.name;
            let nested = &articles["properties"][QUOTES]["properties"][name];
            match row.values {
                Values::Article(_) => assert!(articles["properties"][name].is_object(), "{name}"),
                Values::Quote(_) => {
                    assert!(quotes["properties"][name].is_object(), "{name}");
                    assert!(nested.is_object(), "{name}");
                }
                Values::Both(..) | Values::All(..) => {
                    assert!(
                        articles["properties"][name].is_object() && quotes["properties"][name].is_object()
                    );
                }
                Values::File(_) => assert!(articles["properties"][name].is_null(), "{name}"),
            }
        }
        for kind in Kind::ALL {
            assert_eq!(mapping(kind)["dynamic"], "strict");
        }
    }
}
