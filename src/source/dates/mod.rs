//! Publication dates, as exactly as their source says them.

mod numeric;
mod stamp;

use std::ops::Range;

use jiff::{Timestamp, civil::Date, fmt::rfc2822};

use crate::article::Published;

use self::numeric::{Digits, day, runs};
pub use self::{
    numeric::Order,
    stamp::{LABELS, is_stamp},
};

/// Reads a date that stands in a field of its own. RFC 3339 keeps its offset; a time without one says only the day. `None` when
/// it is no date.
pub fn published(written: &str, source: &str) -> Option<Published> {
    published_in(written, source, Order::Unknown)
}

/// The same, where it is known how dates in digits are written; see [`published`].
pub fn published_in(written: &str, source: &str, order: Order) -> Option<Published> {
    let written = written.trim();
    let value = instant(written)
        .or_else(|| iso(written))
        .or_else(|| mailed(written))
        .or_else(|| find(written, order).map(|(value, _)| value))
        .or_else(|| seconds(written))?;
    // The beginning of computers' time is what they write where there is none.
    let is_none = value.parse::<Timestamp>().is_ok_and(|instant| instant == Timestamp::UNIX_EPOCH);
    (!is_none).then(|| Published { value, source: source.to_owned() })
}

/// The first date of a line, in words or digits, as exact as it says, and where it stands.
pub fn find(line: &str, order: Order) -> Option<(String, Range<usize>)> {
    let digits = || {
        let (digits, at) = numeric::find(line, order)?;
        Some(match digits {
            Digits::Day(date) => (date.to_string(), at),
            Digits::Year(year) => (year.to_string(), at),
        })
    };
    let all = [find_worded(line).map(|(date, at)| (date.to_string(), at)), find_iso(line), digits()];
    all.into_iter().flatten().min_by_key(|(_, at)| at.start)
}

/// A date that the path names: `2014/08/19`, `2014-08-19`, `20140819`, `2014/08`, `2014`.
pub fn in_path(path: &str) -> Option<Published> {
    let groups: Vec<&str> = path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let parts: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let three = parts.windows(3).find_map(|part| {
        (part[0].len() == 4 && part[1].len() <= 2 && part[2].len() <= 2)
            .then(|| day(part[0], part[1], part[2]))?
            .map(|date| date.to_string())
    });
    let joined = || {
        groups
            .iter()
            .filter(|group| group.len() == 8)
            .find_map(|group| day(&group[..4], &group[4..6], &group[6..]).map(|date| date.to_string()))
    };
    let month = || {
        path.split('/').collect::<Vec<_>>().windows(2).find_map(|part| {
            (part[0].len() == 4 && part[1].len() == 2)
                .then(|| day(part[0], part[1], "1"))?
                .map(|date| date.strftime("%Y-%m").to_string())
        })
    };
    let year = || {
        path.split('/').rev().skip(1).find_map(|part| {
            (part.len() == 4).then(|| day(part, "1", "1"))?.map(|date| date.strftime("%Y").to_string())
        })
    };
    let value = three.or_else(joined).or_else(month).or_else(year)?;
    Some(Published { value, source: "path".to_owned() })
}

/// The date that the path names, or the one that the text says of itself where the path has none, or is less exact about
/// the same time.
pub fn in_path_or_text(path: &str, text: &str) -> Option<Published> {
    let (path, text) = (in_path(path), in_text(text));
    let refines = |path: &Published, text: &Published| {
        text.value.len() > path.value.len() && text.value.starts_with(&path.value)
    };
    match (path, text) {
        (Some(path), Some(text)) if refines(&path, &text) => Some(text),
        (path, text) => path.or(text),
    }
}

/// A date in one of the first lines of a text, on a line that says no more than when: `Published: August 19, 2014`.
pub fn in_text(text: &str) -> Option<Published> {
    const LINES: usize = 6;
    const CHARS: usize = 60;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES);
    let value = lines
        .filter(|line| line.chars().count() <= CHARS)
        .filter_map(|line| Some((line, find(line, Order::Unknown)?)))
        .find(|(line, (_, at))| is_stamp(line, at.clone()))
        .map(|(_, (value, _))| value)?;
    Some(Published { value, source: "text".to_owned() })
}

/// RFC 3339 and its relatives: `2014-08-19T10:00:00+0200`, `2014-08-19 10:00:00Z`.
fn instant(written: &str) -> Option<String> {
    if let Some(spread) = spread_out(written) {
        return instant(&spread);
    }
    let (date, rest) = (written.get(..10)?, written.get(10..)?);
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, offset) = (time[..at].trim_end(), &time[at..]);
    let clock = if clock.matches(':').count() == 1 { format!("{clock}:00") } else { clock.to_owned() };
    let offset = match offset.len() {
        1 => "Z".to_owned(),
        3 => format!("{offset}:00"),
        5 if !offset.contains(':') => format!("{}:{}", &offset[..3], &offset[3..]),
        _ => offset.to_owned(),
    };
    let value = format!("{date}T{clock}{offset}");
    value.parse::<Timestamp>().ok().map(|_| value)
}

/// The short form of agencies, `20140819T100000+0200`, with its signs put in.
fn spread_out(written: &str) -> Option<String> {
    let (date, time) = written.split_once('T')?;
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let clock = time.get(..6)?;
    (digits(date, 8) && digits(clock, 6)).then(|| {
        let [year, month, day] = [&date[..4], &date[4..6], &date[6..]];
        let [hour, minute, second] = [&clock[..2], &clock[2..4], &clock[4..]];
        format!("{year}-{month}-{day}T{hour}:{minute}:{second}{}", &time[6..])
    })
}

/// `2014`, `2014-08`, `2014-08-19`, `2014/8/19`, `20140819`, each with whatever follows the day.
fn iso(written: &str) -> Option<String> {
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 8 {
        return day(&written[..4], &written[4..6], &written[6..8]).map(|date| date.to_string());
    }
    if digits != 4 {
        return None;
    }
    if written.len() == 4 {
        return day(written, "1", "1").map(|_| written.to_owned());
    }
    find_iso(written).map(|(value, _)| value).or_else(|| {
        let (year, month) = written.split_once(['-', '/'])?;
        (month.len() == 2).then(|| day(year, month, "1"))?.map(|date| date.strftime("%Y-%m").to_string())
    })
}

/// The first `YYYY-MM-DD` (or with slashes or dots) of a line, and where it stands.
fn find_iso(line: &str) -> Option<(String, Range<usize>)> {
    let parts: Vec<(usize, &str)> = runs(line);
    parts.windows(3).find_map(|part| {
        let [year, month, rest] = part else { return None };
        let gap = |a: &(usize, &str), b: &(usize, &str)| &line[a.0 + a.1.len()..b.0];
        let joined =
            matches!(gap(year, month), "-" | "/" | ".") && matches!(gap(month, rest), "-" | "/" | ".");
        (joined && year.1.len() == 4 && month.1.len() <= 2 && rest.1.len() <= 2)
            .then(|| day(year.1, month.1, rest.1))?
            .map(|date| (date.to_string(), year.0..rest.0 + rest.1.len()))
    })
}

/// RFC 2822, as feeds and mail write it.
fn mailed(written: &str) -> Option<String> {
    let zoned = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_zoned_datetime(written).ok()?;
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// The first date in words: `August 19, 2014`, `19 August 2014`, `19. August 2014`, `Aug. 19th 2014`, `2014. augusztus 19.`;
/// and where it stands.
fn find_worded(line: &str) -> Option<(Date, Range<usize>)> {
    let words: Vec<(usize, &str)> = words(line);
    words.windows(3).find_map(|part| {
        let [a, b, c] = part else { return None };
        let (year, month, of_month) = match (month(a.1), month(b.1)) {
            (Some(month), _) => (c.1, month, b.1),
            (None, Some(month)) if a.1.len() == 4 => (a.1, month, c.1),
            (None, Some(month)) => (c.1, month, a.1),
            (None, None) => return None,
        };
        let digits = of_month.trim_end_matches(char::is_alphabetic);
        if year.len() != 4 || digits.is_empty() || digits.len() > 2 || of_month.len() - digits.len() > 2 {
            return None;
        }
        day(year, &month.to_string(), digits).map(|date| (date, a.0..c.0 + c.1.len()))
    })
}

/// Words of a line, `de` and `of` left out.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = &line[from..at];
                if !matches!(word, "de" | "of" | "del" | "the" | "di" | "den") {
                    found.push((from, word));
                }
                start = None;
            }
            _ => (),
        }
    }
    found
}

/// Number of a month by its name, whole or short, in the languages of `data/lexicon/months.tsv`.
fn month(word: &str) -> Option<i8> {
    static MONTHS: std::sync::LazyLock<rustc_hash::FxHashMap<&'static str, i8>> =
        std::sync::LazyLock::new(|| {
            let rows = include_str!("../../../data/lexicon/months.tsv")
                .lines()
                .filter(|line| !line.starts_with('#'));
            rows.filter_map(|line| {
                let (number, names) = line.split_once('\t')?;
                let number: i8 = number.parse().ok()?;
                Some(names.split_whitespace().map(move |name| (name, number)))
            })
            .flatten()
            .collect()
        });
    if word.chars().count() < 3 {
        return None;
    }
    MONTHS.get(word.to_lowercase().as_str()).copied()
}

/// Seconds or milliseconds from 1970, as content systems write them.
fn seconds(written: &str) -> Option<String> {
    if !(9..=13).contains(&written.len()) || !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = written.parse().ok()?;
    let instant =
        if written.len() > 10 { Timestamp::from_millisecond(number) } else { Timestamp::from_second(number) };
    Some(instant.ok()?.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Option<String> {
        published(written, "record").map(|published| published.value)
    }

    #[test]
    fn reads_what_records_write() {
        for (written, value) in [
            ("2014-08-19", "2014-08-19"),
            ("2014-08", "2014-08"),
            ("2014", "2014"),
            ("20140819", "2014-08-19"),
            ("2014-08-19T10:00:00+0200", "2014-08-19T10:00:00+02:00"),
            ("20140819T100000+0200", "2014-08-19T10:00:00+02:00"),
            ("20140819T100000", "2014-08-19"),
            ("2014-08-19 10:00:00Z", "2014-08-19T10:00:00Z"),
            ("2014-08-19T10:00", "2014-08-19"),
            ("Tue, 19 Aug 2014 10:00:00 -0500", "2014-08-19T10:00:00-05:00"),
            ("August 19, 2014", "2014-08-19"),
            ("19. August 2014", "2014-08-19"),
            ("19 de agosto de 2014", "2014-08-19"),
            ("Aug. 19th, 2014 at 10pm", "2014-08-19"),
            ("19.08.2014", "2014-08-19"),
            ("8/19/2014", "2014-08-19"),
            ("04/03/2014", "2014"),
            ("15 августа 2016, 13:43", "2016-08-15"),
            ("2014. augusztus 19.", "2014-08-19"),
            ("1408442400", "2014-08-19T10:00:00Z"),
            ("1970-01-01", "1970-01-01"),
        ] {
            assert_eq!(read(written).as_deref(), Some(value), "{written}");
        }
        for written in [
            "soon",
            "31 February 2014",
            "2014-13-01",
            "0019-08-19",
            "",
            "1970-01-01T00:00:00Z",
            "1969-12-31T19:00:00-05:00",
        ] {
            assert_eq!(read(written), None, "{written}");
        }
    }

    #[test]
    fn reads_paths_and_lines() {
        let path = |path| in_path(path).map(|published| published.value);
        assert_eq!(path("2014/08/19/x.txt").as_deref(), Some("2014-08-19"));
        assert_eq!(path("wire/2014-08-19-voss.txt").as_deref(), Some("2014-08-19"));
        assert_eq!(path("a/20140819.txt").as_deref(), Some("2014-08-19"));
        assert_eq!(path("2014/08/x.txt").as_deref(), Some("2014-08"));
        assert_eq!(path("2014/x.txt").as_deref(), Some("2014"));
        assert_eq!(path("000_7ae875aab2e0db9a.txt"), None);
        let line = in_text("Star Weds\n\nPublished: August 19, 2014\n\nShe did.").expect("a date");
        assert_eq!((line.value.as_str(), line.source.as_str()), ("2014-08-19", "text"));
        let text = "Star Weds\n\nPublished 19 August 2014\n\nShe did.";
        for (path, value) in [
            ("2014/08/x.txt", "2014-08-19"),
            ("2014/x.txt", "2014-08-19"),
            ("2014/08/20/x.txt", "2014-08-20"),
            ("2015/x.txt", "2015"),
            ("x.txt", "2014-08-19"),
        ] {
            assert_eq!(
                in_path_or_text(path, text).map(|published| published.value).as_deref(),
                Some(value),
                "{path}"
            );
        }
    }
}
