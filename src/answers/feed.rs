//! Alerts as an Atom feed (RFC 4287), for whoever reads feeds rather than mail.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::{
    answers::hit::ArticleHit,
    state::Alert,
    visible::{line, visible},
};

/// When an entry without a date was changed last, since a feed wants a moment.
const UNDATED: &str = "1970-01-01T00:00:00Z";

/// Whether a reader of feeds may be sent to an address.
fn is_web(url: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|own| own.eq_ignore_ascii_case(scheme)))
}

/// What must be known of a story before it is used.
fn marked(hit: &ArticleHit) -> String {
    let title = hit.title.as_deref().unwrap_or(&hit.path);
    let embargo = hit.embargo.as_deref().map(|until| format!("[embargo until {until}] ")).unwrap_or_default();
    let status = hit.status.map(|status| format!("[{}] ", status.name())).unwrap_or_default();
    format!("{embargo}{status}{title}")
}

/// The feed, newest alert first. Its entries' ids are the delivery ids; where an article has no address, its entry has
/// no link.
pub fn atom(alerts: &[Alert]) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Writing to memory cannot fail.
    let _ = write(&mut xml, alerts);
    let mut text = String::from_utf8(xml.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

fn write(xml: &mut Writer<Vec<u8>>, alerts: &[Alert]) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    feed.write_inner_content(|xml| {
        let updated = alerts.last().map_or("1970-01-01T00:00:00Z", |alert| &alert.at);
        text(xml, "id", "urn:pullquote:alerts")?;
        text(xml, "title", "pullquote alerts")?;
        text(xml, "updated", updated)?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "pullquote"))?;
        alerts.iter().rev().try_for_each(|alert| entry(xml, alert))
    })?;
    Ok(())
}

/// What a search finds as a feed, in the order given: an entry for each story. `updated` is a moment, RFC 3339; `link` makes
/// the address at which a story is read.
pub fn atom_of_search(
    name: &str,
    hits: &[ArticleHit],
    updated: &str,
    link: impl Fn(&ArticleHit) -> String,
) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Writing to memory cannot fail.
    let _ = write_search(&mut xml, name, hits, updated, &link);
    let mut text = String::from_utf8(xml.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

fn write_search(
    xml: &mut Writer<Vec<u8>>,
    name: &str,
    hits: &[ArticleHit],
    updated: &str,
    link: &dyn Fn(&ArticleHit) -> String,
) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    feed.write_inner_content(|xml| {
        text(xml, "id", &format!("urn:pullquote:search:{name}"))?;
        text(xml, "title", &format!("pullquote: {name}"))?;
        text(xml, "updated", updated)?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "pullquote"))?;
        hits.iter().try_for_each(|hit| story(xml, hit, &link(hit)))
    })?;
    Ok(())
}

fn story(xml: &mut Writer<Vec<u8>>, hit: &ArticleHit, link: &str) -> io::Result<()> {
    // A feed wants a moment; a date that is less than that is no moment of its own.
    let moment = hit.published.as_deref().filter(|date| date.parse::<jiff::Timestamp>().is_ok());
    let day = hit.published.as_deref().filter(|date| date.len() == 10).map(|day| format!("{day}T00:00:00Z"));
    // What has no date is never new.
    let at = moment.map(str::to_owned).or(day).unwrap_or_else(|| UNDATED.to_owned());
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", &format!("urn:pullquote:story:{}", hit.id.as_str()))?;
        text(xml, "title", &marked(hit))?;
        text(xml, "updated", &at)?;
        xml.create_element("link").with_attribute(("href", shown(link).as_str())).write_empty()?;
        let facts = [hit.source.as_deref(), hit.published.as_deref(), Some(hit.path.as_str())];
        let facts: Vec<_> = facts.into_iter().flatten().map(line).collect();
        text(xml, "summary", &format!("{} — {}", facts.join(" · "), line(&hit.snippet.text)))
    })?;
    Ok(())
}

fn entry(xml: &mut Writer<Vec<u8>>, alert: &Alert) -> io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        let title = alert.title.as_deref().unwrap_or(&alert.path);
        text(xml, "id", &format!("urn:pullquote:alert:{}", alert.delivery_id))?;
        text(xml, "title", &format!("{}: {title}", alert.search))?;
        text(xml, "updated", &alert.at)?;
        if let Some(url) = alert.url.as_deref().filter(|url| is_web(url)) {
            xml.create_element("link").with_attribute(("href", shown(url).as_str())).write_empty()?;
        }
        xml.create_element("category")
            .with_attribute(("term", shown(&alert.search).as_str()))
            .write_empty()?;
        let facts = [alert.source.as_deref(), alert.published.as_deref(), Some(&alert.path)];
        let facts: Vec<_> = facts.into_iter().flatten().map(line).collect();
        text(xml, "summary", &facts.join(" · "))
    })?;
    Ok(())
}

/// A text as a reader may see it. A character that XML cannot hold at all would make the whole feed unreadable.
fn shown(text: &str) -> String {
    visible(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn text(xml: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&shown(text)))?;
    Ok(())
}
