//! What is told of markup before it is parsed.

/// Elements that may be open at once before a page is refused unread: the parser's time grows with their square.
const MOST_OPEN: usize = 5_000;

/// Whether elements lie too deep in each other for any page, so that parsing it would take long.
pub fn lies_too_deep(html: &str) -> bool {
    open_at_once(html) > MOST_OPEN
}

/// Whether a text is written in HTML: an element of running text begins or ends in it, or a character has a name.
pub fn is_markup(text: &str) -> bool {
    const TAGS: [&str; 32] = [
        "p",
        "br",
        "div",
        "span",
        "a",
        "b",
        "i",
        "em",
        "strong",
        "u",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "img",
        "figure",
        "section",
        "article",
        "table",
        "tr",
        "td",
        "iframe",
        "hr",
        "center",
        "sup",
        "font",
    ];
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'<', b'&', bytes).any(|at| {
        let rest = &bytes[at + 1..];
        if bytes[at] == b'&' {
            let end = rest.iter().take(10).position(|&byte| byte == b';');
            let name = end.map_or(&rest[..0], |end| &rest[..end]);
            let digits = name.strip_prefix(b"#").unwrap_or_default();
            let is_number =
                digits.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'x') && !digits.is_empty();
            return is_number || (name.len() > 1 && name.iter().all(u8::is_ascii_alphabetic));
        }
        if rest.starts_with(b"!--") {
            return true;
        }
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let is_closed =
            after.first().is_some_and(|byte| b"> /\n\t\r".contains(byte)) && after.contains(&b'>');
        is_closed && TAGS.iter().any(|tag| tag.as_bytes().eq_ignore_ascii_case(name))
    })
}

/// About how many elements are open at once, at most. Those that need no end tag are not counted.
fn open_at_once(html: &str) -> usize {
    const UNENDED: [&str; 24] = [
        "p", "li", "dt", "dd", "tr", "td", "th", "option", "br", "img", "meta", "link", "input", "hr",
        "source", "wbr", "area", "base", "col", "embed", "param", "track", "thead", "tbody",
    ];
    let (mut open, mut most) = (0_usize, 0);
    for at in memchr::memchr_iter(b'<', html.as_bytes()) {
        let rest = &html[at + 1..];
        if rest.starts_with('/') {
            open = open.saturating_sub(1);
            continue;
        }
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_tag = rest[name.len()..].starts_with(['>', ' ', '\n', '\t', '\r']);
        if !name.is_empty() && is_tag && !UNENDED.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            let end = memchr::memchr(b'>', rest.as_bytes()).unwrap_or_default();
            open += usize::from(end == 0 || rest.as_bytes()[end - 1] != b'/');
            most = most.max(open);
        }
    }
    most
}
