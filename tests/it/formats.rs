//! Every input format reads its cases in `data/source/FORMAT/CASE/` as written down beside them.
//!
//! A case is one file named `input`, with any extension and in any folder below the case, and `expected.json`: a list of
//! what is read, in order. `PULLQUOTE_BLESS=1 cargo test` writes the lists anew; read the difference before it is kept.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use pullquote::{
    config::SourceConfig,
    source::{self, FORMATS, Place, Record},
};
use serde_json::{Map, Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/source")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it can be listed");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// The input of a case, with its path below the case.
fn input(case: &Path, below: &str) -> Option<(PathBuf, String)> {
    names(case).into_iter().find_map(|name| {
        let path = case.join(&name);
        let relative = format!("{below}{name}");
        if path.is_dir() {
            input(&path, &format!("{relative}/"))
        } else {
            name.starts_with("input.").then_some((path, relative))
        }
    })
}

/// What was read, as it is written down: facts that are absent are left out.
fn written(record: &Record) -> Value {
    let article = match record {
        Ok(article) => article,
        Err(error) => {
            return json!({"skipped": error.reason, "record": error.record, "message": error.message});
        }
    };
    let published = article.published.as_ref();
    let emphasis: Vec<&str> = article.emphasis.iter().map(|span| span.of(&article.text)).collect();
    let all = json!({
        "record": article.origin.record,
        "record_id": article.record_id,
        "title": article.title,
        "title_in_text": article.title_in_text,
        "published": published.map(|published| &published.value),
        "published_source": published.map(|published| &published.source),
        "source": article.source,
        "byline": article.byline,
        "url": article.url,
        "section": article.section,
        "tags": article.tags,
        "lang": article.lang,
        "embargo": article.embargo,
        "status": article.status,
        "version": article.version,
        "remarks": article.remarks.iter().map(|remark| &remark.message).collect::<Vec<_>>(),
        "emphasis": emphasis,
        "text": article.text,
    });
    let Value::Object(all) = all else { unreachable!("it is an object") };
    let told = |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && *value != json!([]);
    Value::Object(all.into_iter().filter(|(_, value)| told(value)).collect::<Map<_, _>>())
}

/// The folder of inputs that are of no format.
pub const SKIPPED: &str = "skipped";

/// The cases of a format, in order.
pub fn cases(format: &str) -> Vec<PathBuf> {
    let folder = folder().join(format);
    names(&folder).iter().map(|name| folder.join(name)).collect()
}

/// The input of a case, and what is read in it, as it is written down.
pub fn read(case: &Path) -> (PathBuf, Vec<Value>) {
    let (path, relative) = input(case, "").unwrap_or_else(|| panic!("{} has no input", case.display()));
    let bytes = fs::read(&path).expect("it can be read");
    let place = Place { root: "", path: &relative, again: None };
    let mut records = Vec::new();
    source::read_as(None, &mut &bytes[..], &place, &SourceConfig::default(), &mut |told, record| {
        let name = told.format.map_or(SKIPPED, |format| format.name());
        let folder = case.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        assert_eq!(Some(name), folder, "{} is taken for another format", path.display());
        records.push(written(&record));
    });
    (path, records)
}

#[test]
fn every_case_is_read_as_written_down() {
    let bless = std::env::var_os("PULLQUOTE_BLESS").is_some();
    for case in names(&folder()).iter().flat_map(|format| cases(format)) {
        let (_, records) = read(&case);
        let expected = case.join("expected.json");
        if bless {
            let text = serde_json::to_string_pretty(&records).expect("plain data");
            fs::write(&expected, text + "\n").expect("it can be written");
            continue;
        }
        let kept = fs::read(&expected).unwrap_or_default();
        let kept: Value = serde_json::from_slice(&kept).unwrap_or_default();
        assert_eq!(Value::Array(records), kept, "{}", case.display());
    }
}

#[test]
fn formats_and_folders_of_cases_are_the_same() {
    let formats = FORMATS.iter().map(|format| format.name());
    let registered: BTreeSet<String> = formats.chain([SKIPPED]).map(str::to_owned).collect();
    assert_eq!(registered, names(&folder()).into_iter().collect());
}

#[test]
fn extensions_and_names_belong_to_one_format() {
    let mut seen = BTreeSet::new();
    for format in FORMATS {
        assert!(seen.insert(format.name().to_owned()) && format.name() != "auto", "{}", format.name());
        for extension in format.extensions() {
            assert!(seen.insert(format!(".{extension}")), "{extension}");
            assert_eq!(*extension, extension.to_lowercase());
        }
    }
}
