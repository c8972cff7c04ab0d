//! Which field of a record is what; see [`JsonFields`].

use serde_json::Value;

use super::words::{self, Words};
use crate::{
    article::{Article, Status},
    config::JsonFields,
    source::{Error, Place, dates, filled},
};

/// What stands around the records of a file, and holds for each that does not say otherwise.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The feed's name.
    pub source: Option<String>,
    /// Its language.
    pub lang: Option<String>,
    /// The record's own id, on the object that wraps it.
    pub id: Option<String>,
    /// The record's address, likewise.
    pub url: Option<String>,
    /// Whether it is a feed, an item of which may be a headline alone.
    pub feed: bool,
    /// Whether `text` may be HTML like any other field: in a table.
    pub marked: bool,
}

impl Around {
    /// What an object says of the records, or of the one record, inside it.
    pub fn of(value: &Value, fields: &JsonFields, outer: &Self) -> Self {
        let own = |names: &[&str]| names.iter().find_map(|name| plain(value.get(name)?));
        let title = |value: &Value| value.as_str().and_then(filled);
        Self {
            source: value.get("title").and_then(title).or_else(|| outer.source.clone()),
            lang: text_of(value, &fields.lang).or_else(|| outer.lang.clone()),
            id: own(&["_id", "id"]).or_else(|| outer.id.clone()),
            url: own(&["url"]).or_else(|| outer.url.clone()),
            feed: outer.feed || own(&["version"]).is_some_and(|version| version.contains("jsonfeed.org")),
            marked: outer.marked,
        }
    }
}

/// The story that a record holds; nothing when it is none by its own word: a draft. A field `text` is taken exactly as
/// it stands, so that offsets are the caller's; others may be written in HTML.
pub fn article(
    value: &Value,
    at: &Place<'_>,
    number: u32,
    fields: &JsonFields,
    around: &Around,
) -> Result<Option<Article>, Error> {
    if is_draft(value) {
        return Ok(None);
    }
    let wire = is_wire(value);
    if wire && let Some(kind) = look_up(value, "type").and_then(Value::as_str).filter(|kind| is_media(kind)) {
        let message = format!("record {number} is no text ({kind})");
        return Err(Error::record(number, "no-story", message));
    }
    let named = |name: &String| look_up(value, name).and_then(|found| body(name, found, around.marked));
    let described =
        || ["descriptions", "description_text"].iter().find_map(|name| words::of(look_up(value, name)?));
    let text = fields.text.iter().find_map(named).or_else(|| described().filter(|_| wire));
    let title = fields.title.iter().find_map(|name| words::of(look_up(value, name)?)).and_then(Words::line);
    let is_field =
        |name: &String| look_up(value, name).is_some_and(|text| text.is_string() || words::is_rich(text));
    if text.is_none() && look_up(value, "event_details").is_some() {
        return Err(Error::record(number, "no-story", format!("record {number} is no text (an event)")));
    }
    let is_headline = around.feed && title.is_some();
    if text.is_none() && !is_headline && !fields.text.iter().any(is_field) {
        return Err(Error::record(number, "bad-record", without_text(value, number)));
    }
    let (text, emphasis) = text.map(Words::running).unwrap_or_default();
    if text.trim().is_empty() && title.is_none() {
        return Err(Error::record(number, "empty", format!("record {number} holds no words")));
    }
    let field = |names: &[String]| text_of(value, names);
    let date = |names: &[String]| {
        let dated = |name: &String| {
            let written = plain(look_up(value, name)?)?;
            dates::published(&written, "record")
                .or_else(|| dates::published(&rearranged(&written)?, "record"))
        };
        names.iter().find_map(dated)
    };
    let embargo = ["embargoed", "embargo", "embargo_until"];
    let embargo = embargo.iter().find_map(|name| dates::published(&plain(look_up(value, name)?)?, "record"));
    Ok(Some(Article {
        origin: at.origin(number),
        record_id: field(&fields.id).or_else(|| around.id.clone()),
        title,
        published: date(&fields.published),
        source: field(&fields.source).and_then(Words::line_of).or_else(|| around.source.clone()),
        byline: fields
            .byline
            .iter()
            .filter_map(|name| plain(look_up(value, name)?))
            .find(|name| is_worded(name)),
        url: field(&fields.url).or_else(|| around.url.clone()),
        section: field(&fields.section),
        tags: fields
            .tags
            .iter()
            .map(|name| look_up(value, name).map(tags).unwrap_or_default())
            .find(|tags| !tags.is_empty())
            .unwrap_or_default(),
        lang: field(&fields.lang).or_else(|| around.lang.clone()),
        embargo: embargo.map(|embargo| embargo.value),
        status: status(value),
        version: wire.then(|| plain(look_up(value, "version")?)).flatten(),
        text,
        emphasis,
        ..Default::default()
    }))
}

/// The words of a story's field.
fn body(name: &str, value: &Value, marked: bool) -> Option<Words> {
    match (name, value) {
        ("text", Value::String(text)) if !marked => (!text.is_empty()).then(|| Words::exact(text)),
        ("lexical", Value::String(text)) => words::of_document(text),
        _ => words::of(value),
    }
}

/// Whether a value is more than the number of something.
fn is_worded(value: &str) -> bool {
    value.chars().any(char::is_alphabetic)
}

/// The first of the fields that says something in a line: a text, a number, or the names of things.
fn text_of(value: &Value, names: &[String]) -> Option<String> {
    names.iter().find_map(|name| plain(look_up(value, name)?))
}

/// A time as posts of X have it, `Fri Oct 03 10:00:00 +0000 2014`, as mail has it.
fn rearranged(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split_whitespace().collect();
    let [weekday, month, day, time, offset, year] = parts[..] else { return None };
    let is_one = time.contains(':') && offset.starts_with(['+', '-']) && year.len() == 4;
    is_one.then(|| format!("{weekday}, {day} {month} {year} {time} {offset}"))
}

/// Whether a record looks like one of an agency's (ninjs): its `type` says what it is, and its dates are of a wire.
fn is_wire(value: &Value) -> bool {
    ["versioncreated", "pubstatus", "renditions", "headlines"]
        .iter()
        .any(|name| look_up(value, name).is_some())
}

/// Types of ninjs that are no text.
fn is_media(kind: &str) -> bool {
    ["picture", "graphic", "photo", "video", "audio", "event", "planning", "package", "component"]
        .contains(&kind)
}

/// Whether a record says of itself that nobody may read it yet, or any more.
fn is_draft(value: &Value) -> bool {
    let told = |name: &str| look_up(value, name);
    let state = |name: &str| {
        let state = told(name).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        matches!(&*state, "draft" | "pending" | "private" | "trash" | "future" | "auto-draft" | "scheduled")
    };
    let is_no = |value: &Value| match value {
        Value::String(text) => text.eq_ignore_ascii_case("false"),
        _ => *value == Value::Bool(false),
    };
    // Drupal has a list of one value for everything, or numbers for yes and no.
    let status = told("status");
    let one = || status?.as_array()?.first()?.get("value");
    let of_node = || status.filter(|status| !status.is_array() && value.get("nid").is_some());
    ["status", "publication_status", "state", "post_status"].into_iter().any(state)
        || ["draft", "is_draft"].iter().any(|name| told(name).is_some_and(is_yes))
        || told("published").is_some_and(is_no)
        || told("is_published").is_some_and(|published| !is_yes(published))
        || one().or_else(of_node).is_some_and(|status| !is_yes(status))
        || value.get("_id").and_then(Value::as_str).is_some_and(|id| id.starts_with("drafts."))
}

fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => matches!(&*text.to_ascii_lowercase(), "true" | "yes" | "1"),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => false,
    }
}

/// What an agency did to a story after it was sent.
fn status(value: &Value) -> Option<Status> {
    let state = ["pubstatus", "state"].iter().find_map(|name| look_up(value, name)?.as_str())?;
    Status::of(state)
}

fn without_text(value: &Value, number: u32) -> String {
    let Value::Object(object) = value else { return format!("record {number} is no JSON object") };
    const SHOWN: usize = 12;
    let names: Vec<String> = object.keys().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if object.len() > SHOWN { ", …" } else { "" };
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    format!(
        "record {number} has no text in a field that is known (it has {names}{more}): name the one in `text` under [source.json]"
    )
}

/// A field by its name, a dot leading into an object. Case, `_` and `-` of names do not matter where none is exactly so.
pub fn look_up<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let found = value.get(name).or_else(|| {
        let object = value.as_object()?;
        object.iter().find(|(own, _)| is_same_name(own, name)).map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null()).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        look_up(value.get(outer)?, inner)
    })
}

/// Whether two names differ in nothing but case and separators.
pub fn is_same_name(a: &str, b: &str) -> bool {
    let letters = |name: &'_ str| {
        name.chars()
            .filter(|c| !matches!(c, '_' | '-' | ' '))
            .map(|c| c.to_ascii_lowercase())
            .collect::<String>()
    };
    // Most names differ in their first letter.
    let first = |name: &str| name.chars().next().map(|c| c.to_ascii_lowercase());
    first(a) == first(b) && letters(a) == letters(b)
}

/// A field as text, exactly as it stands; an empty one is none. Of a thing its name, of several all of them.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let mut parts: Vec<String> = Vec::new();
            for part in values.iter().filter_map(plain) {
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            (!parts.is_empty()).then(|| parts.join(", "))
        }
        Value::Object(object) => {
            const NAMES: [&str; 9] = [
                "name",
                "displayName",
                "display_name",
                "fullOrUserName",
                "full_name",
                "title",
                "rendered",
                "value",
                "data",
            ];
            let named = NAMES.iter().find_map(|name| plain(object.get(*name)?));
            named.or_else(|| words::by_language(object)?.find_map(plain))
        }
        _ => None,
    }
}

fn tags(value: &Value) -> Vec<String> {
    match value {
        // A number is the id of a tag that the record does not name.
        Value::Array(values) => values
            .iter()
            .filter(|value| !value.is_number())
            .filter_map(|value| plain(value).or_else(|| plain(value.get("label")?)))
            .filter_map(|tag| filled(&tag))
            .collect(),
        Value::String(list) => {
            let separator = if list.contains(';') { ';' } else { ',' };
            list.split(separator).filter_map(filled).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::Record;

    fn read(value: &Value) -> Record {
        let place = Place { root: "r", path: "x.json", again: None };
        article(value, &place, 3, &JsonFields::default(), &Around::default())
            .map(|article| article.expect("no draft"))
    }

    #[test]
    fn text_stands_as_it_is_and_empty_is_null() {
        let value =
            json!({"_id": 7, "text": " “Hi” <b>\n", "title": "", "tags": ["a", ""], "author": ["X", "Y"]});
        let article = read(&value).expect("a story");
        assert_eq!(article.record_id.as_deref(), Some("7"));
        assert_eq!(article.text, " “Hi” <b>\n");
        assert_eq!(
            (article.title, article.tags, article.byline.as_deref()),
            (None, vec!["a".to_owned()], Some("X, Y"))
        );
        let caption = read(&json!({"text": "", "title": "Voss on stage"})).expect("a headline alone");
        assert_eq!(caption.text, "");
    }

    #[test]
    fn html_is_read_and_paragraphs_stay_apart() {
        for value in [
            json!({"body": "<p>Voss left.</p><p>&ldquo;I am <em>done</em>,&rdquo; she said.</p>"}),
            json!({"content": {"rendered": "<p>Voss left.</p>\n<p>“I am <em>done</em>,” she said.</p>\n"}}),
            json!({"content_html": "Voss left.<br><br>“I am <em>done</em>,” she said."}),
            json!({"body": {"components": [{"contents": {"html": "Voss left."}}, {"contents": {"html": "“I am <em>done</em>,” she said."}}]}}),
            json!({"body_nitf": "<body.content><block><p>Voss left.</p><p>“I am <em>done</em>,” she said.</p></block></body.content>"}),
            json!({"bodies": [{"role": "text", "value": "Other."}, {"contentType": "text/html", "value": "<p>Voss left.</p><p>“I am <em>done</em>,” she said.</p>"}]}),
        ] {
            let article = read(&value).expect("a story");
            assert_eq!(article.text.replace("\n\n", "\n"), "Voss left.\n“I am done,” she said.", "{value}");
            assert_eq!(article.emphasis[0].of(&article.text), "done", "{value}");
        }
        let tree = json!({"root": {"children": [{"children": [{"text": "Voss "}, {"text": "left."}]},
            {"children": [{"text": "So."}]}, {"type": "image", "src": "x"}]}});
        let lexical =
            read(&json!({"title": "x", "html": null, "lexical": tree.to_string()})).expect("a story");
        assert_eq!(lexical.text, "Voss left.\n\nSo.");
        for value in [
            json!({"content_elements": [{"type": "text", "content": "Voss left."}, {"type": "image", "content": "x"},
                {"type": "interstitial_link", "content": "More"},
                {"type": "quote", "content_elements": [{"type": "text", "content": "“I am <em>done</em>,” she said."}]}]}),
            json!({"body": [{"_type": "block", "children": [{"_type": "span", "text": "Voss "}, {"_type": "span", "text": "left."}]},
                {"_type": "block", "children": [{"_type": "span", "text": "“I am "}, {"_type": "span", "text": "done", "marks": ["em"]},
                {"_type": "span", "text": ",” she said."}]}]}),
            json!({"fields": {"title": {"en-US": "x"}, "body": {"en-US": {"nodeType": "document", "content": [
                {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "Voss left.", "marks": []}]},
                {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "“I am ", "marks": []},
                {"nodeType": "hyperlink", "data": {"uri": "x"}, "content": [{"nodeType": "text", "value": "done", "marks": []}]},
                {"nodeType": "text", "value": ",” she said.", "marks": []}]}]}}}}),
            json!({"body": {"und": [{"value": "<p>Voss left.</p><p>“I am <em>done</em>,” she said.</p>"}]}}),
            json!({"body": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Voss left."}]},
                {"type": "paragraph", "content": [{"type": "text", "text": "“I am "}, {"type": "text", "text": "done", "marks": [{"type": "em"}]},
                {"type": "text", "text": ",” she said."}]}]}}),
            json!({"html": null, "content": ["Voss left.\n\n“I am ", {"type": "bold", "text": "done"}, ",” she said."]}),
        ] {
            let article = read(&value).expect("a story");
            assert_eq!(article.text, "Voss left.\n\n“I am done,” she said.", "{value}");
        }
        let listed = read(&json!({"text": ["Voss left.", "“I am done,” she said."]})).expect("a story");
        assert_eq!(listed.text, "Voss left.\n\n“I am done,” she said.");
        let plain = read(&json!({"body": "1 < 2 & 3 > 2\nVoss left."})).expect("a story");
        assert_eq!(plain.text, "1 < 2 & 3 > 2\nVoss left.", "no markup");
        let title = read(&json!({"body": "x", "title": {"rendered": "Voss&#8217;s <i>Road</i> &amp; home"}}));
        assert_eq!(title.expect("a story").title.as_deref(), Some("Voss’s Road & home"));
    }

    #[test]
    fn facts_go_by_many_names() {
        let value = json!({
            "guid": "g1", "headline": "Voss Quits", "body_html": "<p>She did.</p>", "publishedAt": "2026-02-03",
            "authors": [{"name": "Al Roe"}, {"name": "Bo Lin"}], "categories": [3, 4], "keywords": ["tour"],
            "primary_author": {"name": "Al Roe"}, "inLanguage": "en-GB", "publisher": {"name": "Sizzle"},
        });
        let article = read(&value).expect("a story");
        assert_eq!(article.published.map(|date| date.value).as_deref(), Some("2026-02-03"));
        assert_eq!(
            (article.record_id.as_deref(), article.byline.as_deref(), article.source.as_deref()),
            (Some("g1"), Some("Al Roe, Bo Lin"), Some("Sizzle"))
        );
        assert_eq!((article.tags, article.lang.as_deref()), (vec!["tour".to_owned()], Some("en-GB")));
    }

    #[test]
    fn posts_of_x_are_dated_and_named() {
        let post = read(
            &json!({"id_str": "7", "full_text": "Voss &amp; Lin left.", "created_at": "Fri Oct 03 10:00:00 +0000 2014",
            "source": "<a href=\"https://x.example\">The App</a>", "user": {"name": "Al Roe"}}),
        );
        let long = read(&json!({"noteTweetId": "8", "core": {"text": "Voss left.\n\nSo did Lin."}}));
        assert_eq!(long.expect("a long post").text, "Voss left.\n\nSo did Lin.");
        let post = post.expect("a post");
        assert_eq!(post.published.map(|date| date.value).as_deref(), Some("2014-10-03T10:00:00+00:00"));
        assert_eq!((post.text.as_str(), post.source.as_deref()), ("Voss & Lin left.", Some("The App")));
        assert_eq!((post.byline.as_deref(), post.record_id.as_deref()), (Some("Al Roe"), Some("7")));
    }

    #[test]
    fn agencies_say_what_became_of_a_story() {
        let value = |state: &str| {
            json!({"uri": "u1", "pubStatus": state, "versionCreated": "2026-02-03T10:00:00Z", "version": "3",
                "embargoed": "2026-02-04T06:00:00Z", "headlines": [{"role": "main", "value": "Voss Quits"}],
                "bodies": [{"value": "She did."}]})
        };
        let article = read(&value("canceled")).expect("a killed story is kept");
        assert_eq!((article.status, article.version.as_deref()), (Some(Status::Killed), Some("3")));
        assert_eq!(article.embargo.as_deref(), Some("2026-02-04T06:00:00Z"));
        assert_eq!(article.title.as_deref(), Some("Voss Quits"));
        assert_eq!(read(&value("usable")).expect("a story").status, None);
        let picture = json!({"uri": "u2", "type": "picture", "renditions": {}, "body_text": "Voss on stage"});
        assert_eq!(read(&picture).map_err(|error| error.reason), Err("no-story"));
    }

    #[test]
    fn drafts_are_no_stories() {
        let place = Place { root: "r", path: "x.json", again: None };
        for (value, is_story) in [
            (json!({"text": "x", "published": false}), false),
            (json!({"text": "x", "draft": true}), false),
            (json!({"text": "x", "status": "draft"}), false),
            (json!({"text": "x", "Status": "DRAFT"}), false),
            (json!({"text": "x", "status": [{"value": false}]}), false),
            (json!({"text": "x", "nid": "7", "status": "0"}), false),
            (json!({"text": "x", "_id": "drafts.7"}), false),
            (json!({"text": "x", "nid": "7", "status": "1"}), true),
            (json!({"text": "x", "status": [{"value": true}]}), true),
            (json!({"text": "x", "status": 200}), true),
            (json!({"text": "x", "published": "2026-02-03", "draft": false, "status": "published"}), true),
        ] {
            let read = article(&value, &place, 0, &JsonFields::default(), &Around::default());
            assert_eq!(read.expect("readable").is_some(), is_story, "{value}");
        }
    }

    #[test]
    fn records_without_text_say_what_is_missing() {
        let reason = |value: Value| read(&value).map_err(|error| (error.record, error.reason));
        assert_eq!(reason(json!({"headline": "x"})), Err((Some(3), "bad-record")));
        assert_eq!(reason(json!({"text": "  "})), Err((Some(3), "empty")));
        assert_eq!(reason(json!(17)), Err((Some(3), "bad-record")));
        let message = read(&json!({"name": "x", "price": 3})).expect_err("no story").message;
        assert!(message.contains("`name`, `price`"), "{message}");
    }

    #[test]
    fn fields_are_a_setting_and_dots_lead_into_objects() {
        let fields = JsonFields { text: vec!["content.plain".to_owned()], ..JsonFields::default() };
        let value = json!({"content": {"plain": "Words."}});
        let place = Place { root: "", path: "x", again: None };
        let article =
            article(&value, &place, 0, &fields, &Around::default()).expect("readable").expect("a story");
        assert_eq!(article.text, "Words.");
    }
}
