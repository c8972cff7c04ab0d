//! What WordPress keeps in its exports otherwise than it shows it: paragraphs without tags, shortcodes, kinds of posts that
//! are no stories, two clocks.

use jiff::civil::DateTime;

use crate::{article::Published, source::dates};

/// Kinds of posts that are no stories: what the system and its usual extensions keep beside them.
const NO_STORIES: [&str; 26] = [
    "attachment",
    "nav_menu_item",
    "revision",
    "custom_css",
    "customize_changeset",
    "oembed_cache",
    "user_request",
    "wp_block",
    "wp_template",
    "wp_template_part",
    "wp_global_styles",
    "wp_navigation",
    "wp_font_family",
    "wp_font_face",
    "acf-field",
    "acf-field-group",
    "feedback",
    "product_variation",
    "shop_order",
    "shop_coupon",
    "scheduled-action",
    "elementor_library",
    "amp_validated_url",
    "wpcf7_contact_form",
    "tablepress_table",
    "guest-author",
];

/// Shortcodes whose inside is no running text: pictures with their captions, and what is played.
const SILENT: [&str; 10] = [
    "caption",
    "wp_caption",
    "gallery",
    "embed",
    "audio",
    "video",
    "playlist",
    "youtube",
    "gravityform",
    "sourcecode",
];

/// Elements that are paragraphs of their own.
const BLOCKS: [&str; 22] = [
    "p",
    "div",
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
    "table",
    "tr",
    "td",
    "figure",
    "figcaption",
    "pre",
    "section",
    "hr",
    "iframe",
    "form",
];

/// Whether a kind of post is a story: all that sites define themselves are.
pub fn is_story(kind: &str) -> bool {
    !NO_STORIES.contains(&kind)
}

/// Whether a post was written in the editor that marks paragraphs by empty lines.
pub fn is_classic(content: &str) -> bool {
    !content.contains("<!-- wp:") && content.contains('\n')
}

/// The paragraphs of a classic post with their tags: an empty line parts them, a line end breaks the line.
pub fn paragraphs(content: &str) -> String {
    let content = content.replace("\r\n", "\n");
    let mut marked = String::with_capacity(content.len() + 64);
    let lines: Vec<&str> = content.lines().map(str::trim_end).collect();
    for block in lines.split(|line| line.trim().is_empty()).filter(|block| !block.is_empty()) {
        // An address alone on its line is shown as what it leads to.
        let shown: Vec<&str> = block.iter().copied().filter(|line| !is_address(line)).collect();
        if shown.is_empty() {
            continue;
        }
        if is_block(shown[0]) {
            marked.push_str(&shown.join("\n"));
        } else {
            marked.push_str(&format!("<p>{}</p>", shown.join("<br>")));
        }
        marked.push('\n');
    }
    marked
}

/// The lines of a post without addresses alone on theirs, which are shown as what they lead to.
pub fn without_addresses(content: &str) -> String {
    content.split_inclusive('\n').filter(|line| !is_address(line)).collect()
}

fn is_address(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("http") && line.contains("://") && !line.contains(char::is_whitespace)
}

fn is_block(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix('<') else { return false };
    let name =
        rest.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name))
}

/// A text without shortcodes: `[gallery ids="1,2"]`, `[caption …]…[/caption]`. What others enclose stays. Words in square
/// brackets that are no code stay too: a code has attributes, a closing mate, or a known name.
pub fn without_shortcodes(content: &str) -> String {
    let mut kept = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('[') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(code) = Code::of(rest) else {
            kept.push('[');
            rest = &rest[1..];
            continue;
        };
        let after = &rest[code.length..];
        if code.lays_out() && !kept.is_empty() && !kept.ends_with('\n') {
            kept.push_str("\n\n");
        }
        let closing = format!("[/{}]", code.name);
        rest = match after.find(&closing) {
            Some(end) if SILENT.contains(&code.name) && !code.closes => &after[end + closing.len()..],
            _ => after,
        };
    }
    kept.push_str(rest);
    kept
}

/// How the codes begin by which builders of pages lay them out: each holds paragraphs of its own.
const LAYOUTS: [&str; 5] = ["et_pb_", "vc_", "fusion_", "av_", "fl_"];

struct Code<'a> {
    name: &'a str,
    closes: bool,
    length: usize,
}

impl<'a> Code<'a> {
    fn lays_out(&self) -> bool {
        LAYOUTS.iter().any(|layout| self.name.starts_with(layout))
    }

    /// The shortcode that a text begins with.
    fn of(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('[')?;
        // An attribute in quotation marks may hold a bracket.
        let mut quote = None;
        let end = inner.char_indices().find_map(|(at, c)| {
            match (quote, c) {
                (None, '"' | '\'') if inner[..at].ends_with('=') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                (None, ']') => return Some(at),
                _ => (),
            }
            None
        })?;
        let code = &inner[..end];
        let closes = code.starts_with('/');
        let bare = code.trim_start_matches('/').trim_end_matches('/').trim();
        let name = bare.split(char::is_whitespace).next().unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        let has_attributes = || {
            bare.contains("=\"")
                || bare.contains("='")
                || bare.split(' ').skip(1).any(|word| word.contains('='))
        };
        let has_mate = || text.contains(&format!("[/{name}]"));
        (is_name && (closes || has_attributes() || SILENT.contains(&name) || has_mate())).then_some(Self {
            name,
            closes,
            length: end + 2,
        })
    }
}

/// When a post was published, by the site's own clock and by that of Greenwich.
pub fn published(local: Option<String>, greenwich: Option<String>) -> Option<Published> {
    let read = |written: String| {
        written.replace(' ', "T").parse::<DateTime>().ok().filter(|time| time.year() > 1900)
    };
    let local = read(local?)?;
    let source = "feed:post_date".to_owned();
    let offset = greenwich.and_then(read).map(|greenwich| {
        greenwich
            .until(local)
            .map(|span| span.get_hours() * 60 + i32::try_from(span.get_minutes()).unwrap_or(0))
    });
    match offset {
        Some(Ok(minutes)) if minutes.abs() <= 14 * 60 => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
            let written = format!("{}{sign}{hours:02}:{rest:02}", local.strftime("%Y-%m-%dT%H:%M:%S"));
            dates::published(&written, &source)
        }
        _ => Some(Published { value: local.date().to_string(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_part_paragraphs() {
        let marked = paragraphs(
            "Voss quit.\r\n\r\n“I am done,”\nshe said.\n\nhttps://video.example/1\n\n<h2>Then</h2>\nShe left.",
        );
        assert_eq!(marked, "<p>Voss quit.</p>\n<p>“I am done,”<br>she said.</p>\n<h2>Then</h2>\nShe left.\n");
        assert_eq!(without_addresses("<div>\nhttps://video.example/1\n</div>\n"), "<div>\n</div>\n");
        assert!(is_classic("a\n\nb") && !is_classic("<!-- wp:paragraph -->\n<p>a</p>"));
    }

    #[test]
    fn shortcodes_go_and_brackets_stay() {
        for (written, kept) in [
            (
                "[caption id=\"a1\"]<img src=\"1.jpg\" /> Roth in copper[/caption]Voss quit. [gallery ids=\"1,2\"]",
                "Voss quit. ",
            ),
            ("[vc_row][vc_column width=\"1/2\"]Voss quit.[/vc_column][/vc_row]", "Voss quit.\n\n"),
            (
                "<p>[et_pb_text]Voss quit.[/et_pb_text][et_pb_text]He did not.[/et_pb_text]",
                "<p>\n\nVoss quit.\n\nHe did not.\n\n",
            ),
            (
                "“They [the band] are done [laughs],” she said [sic].",
                "“They [the band] are done [laughs],” she said [sic].",
            ),
            ("[quote]I am done.[/quote] [audio src=\"a].mp3\"] [unclosed", "I am done.  [unclosed"),
        ] {
            assert_eq!(without_shortcodes(written), kept);
        }
    }

    #[test]
    fn both_clocks_make_the_offset() {
        let read = |local: &str, greenwich: &str| {
            published(Some(local.to_owned()), Some(greenwich.to_owned())).map(|date| date.value)
        };
        assert_eq!(
            read("2014-08-19 22:00:00", "2014-08-20 03:00:00").as_deref(),
            Some("2014-08-19T22:00:00-05:00")
        );
        assert_eq!(read("2014-08-19 22:00:00", "0000-00-00 00:00:00").as_deref(), Some("2014-08-19"));
        assert_eq!(read("0000-00-00 00:00:00", "0000-00-00 00:00:00"), None);
    }
}
