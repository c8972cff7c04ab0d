//! The same story gives the same names, quotes and speakers, whatever format it comes in.

use std::{collections::BTreeSet, fs, io::Write, path::Path};

use pullquote::{
    article::Article,
    config::SourceConfig,
    extract::annotate,
    reading::Reading,
    source::{self, Place},
};

/// The files in `data/stories`: each holds the same story in another format.
fn files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stories");
    let entries = fs::read_dir(folder).expect("it can be listed");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.retain(|name| !name.ends_with(".md"));
    names.sort();
    names
}

fn story(name: &str) -> Article {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stories").join(name);
    let bytes = fs::read(&path).expect("a story");
    let place = Place { root: "", path: name, again: None };
    let mut found = None;
    source::read(&mut &bytes[..], &place, &SourceConfig::default(), &mut |record| {
        found = found.take().or(Some(record.unwrap_or_else(|error| panic!("{name}: {error}"))));
    });
    found.unwrap_or_else(|| panic!("{name} holds no story"))
}

/// Words without the blanks and marks that formats write otherwise.
fn plain_words(text: &str) -> String {
    let text = text.replace(['“', '”'], "\"").replace(['‘', '’'], "'");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names, and quotes with who said them; without the marks that formats write otherwise.
fn found(article: &Article) -> BTreeSet<String> {
    let annotations = annotate(article);
    let names = annotations.names.iter().map(|name| format!("{:?} {}", name.kind, name.name));
    let quotes = annotations.quotes.iter().map(|quote| {
        format!(
            "{} says {}",
            quote.speaker.as_deref().unwrap_or("somebody"),
            plain_words(quote.span.of(&article.text))
        )
    });
    names.chain(quotes).map(|found| plain_words(&found)).collect()
}

#[test]
fn a_story_is_the_same_in_every_format() {
    let plain = found(&story("quist.txt"));
    assert!(plain.len() > 12, "the story has names and quotes: {plain:#?}");
    for name in files() {
        let other = found(&story(&name));
        let missing: Vec<&String> = plain.difference(&other).collect();
        let strange: Vec<&String> = other.difference(&plain).collect();
        assert!(missing.is_empty() && strange.is_empty(), "{name} lacks {missing:#?} and adds {strange:#?}");
    }
}

/// The story in shapes that are made of its plain text: what holds it, and what it is called.
fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let plain = read("quist.txt");
    let (title, body) = plain.split_once("\n\n").expect("a title");
    let paragraphs: Vec<&str> = body.split("\n\n").map(str::trim).filter(|text| !text.is_empty()).collect();
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let marked =
        |text: &[&str]| text.iter().map(|text| format!("<p>{}</p>", escaped(text))).collect::<String>();
    let html = marked(&paragraphs);
    let page = read("quist.html");
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}");
    let warc = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://lantern.example/quist\r\n\
         WARC-Date: 2021-05-05T05:05:05Z\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    let csv = format!("title,body_html\n\"{title}\",\"{}\"\n", html.replace('"', "\"\""));
    let wxr = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Lantern</title>\
         <wp:wxr_version>1.2</wp:wxr_version><item><title>{}</title><wp:post_type>post</wp:post_type>\
         <wp:status>publish</wp:status><content:encoded><![CDATA[{}]]></content:encoded></item></channel></rss>",
        escaped(title),
        body.trim()
    );
    let nitf = format!(
        "<?xml version=\"1.0\"?><nitf><body><body.head><hedline><hl1>{}</hl1></hedline></body.head>\
         <body.content>{html}</body.content></body></nitf>",
        escaped(title)
    );
    let json = serde_json::json!({ "title": title, "content_html": html }).to_string();
    vec![
        (
            "wrapped.txt",
            format!(
                "{title}\n\n{}\n",
                paragraphs.iter().map(|text| wrapped(text)).collect::<Vec<_>>().join("\n\n")
            )
            .into_bytes(),
        ),
        ("csv", csv.into_bytes()),
        ("wxr", wxr.into_bytes()),
        ("nitf", nitf.into_bytes()),
        ("json", json.into_bytes()),
        ("warc", warc.clone().into_bytes()),
        ("warc.gz", gzipped(warc.as_bytes())),
        ("zip in tar.gz", gzipped(&tarred("in.zip", &zipped("quist.txt", plain.as_bytes())))),
    ]
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stories").join(name);
    fs::read_to_string(path).expect("a story")
}

/// A paragraph with its lines broken at 72 characters.
fn wrapped(text: &str) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > 72 {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

fn zipped(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(path, zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(bytes).expect("its bytes");
    zip.finish().expect("an archive").into_inner()
}

fn tarred(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut tar = vec![0; 512];
    tar[..path.len()].copy_from_slice(path.as_bytes());
    tar[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    tar[148..157].copy_from_slice(b"        0");
    let sum: u32 = tar.iter().map(|&byte| u32::from(byte)).sum();
    tar[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    tar.extend(bytes);
    tar.resize(tar.len().next_multiple_of(512), 0);
    tar
}

#[test]
fn a_story_is_the_same_in_every_shape_made_of_it() {
    let plain = found(&story("quist.txt"));
    let reading = Reading { format: None, config: SourceConfig::default() };
    for (name, bytes) in shapes() {
        let mut records = Vec::new();
        let done: Result<(), ()> = reading.stream("-", &mut &bytes[..], &mut |record| {
            records.push(record.unwrap_or_else(|skipped| panic!("{name}: {}", skipped.message)));
            Ok(())
        });
        assert_eq!((done, records.len()), (Ok(()), 1), "{name}");
        let names = records[0].names.iter().map(|name| format!("{:?} {}", name.kind, name.name));
        let quotes = records[0]
            .quotes
            .iter()
            .map(|quote| format!("{} says {}", quote.speaker.as_deref().unwrap_or("somebody"), quote.text));
        let other: BTreeSet<String> = names.chain(quotes).map(|found| plain_words(&found)).collect();
        let missing: Vec<&String> = plain.difference(&other).collect();
        let strange: Vec<&String> = other.difference(&plain).collect();
        assert!(missing.is_empty() && strange.is_empty(), "{name} lacks {missing:#?} and adds {strange:#?}");
    }
}
