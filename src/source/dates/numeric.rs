//! Dates in digits with the year last (`19.08.2014`, `8/19/2014`) or with CJK signs (`2014年8月19日`).

use std::ops::Range;

use jiff::civil::Date;

/// Years a story can be of: from the first printed newspaper to the end of this century.
const YEARS: std::ops::RangeInclusive<i16> = 1605..=2099;

/// Which number of a date with slashes comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Nothing tells; only dates that can be read in one way have a day.
    #[default]
    Unknown,
    /// `19/08/2014`.
    DayFirst,
    /// `08/19/2014`.
    MonthFirst,
}

impl Order {
    /// The custom where a language (BCP 47) is written. English alone means the United States, whose pages most often
    /// leave the region out.
    pub fn of_language(tag: &str) -> Self {
        let tag = tag.to_ascii_lowercase().replace('_', "-");
        let (language, region) = tag.split_once('-').unwrap_or((&tag, ""));
        match (language, region) {
            ("", _) => Self::Unknown,
            ("en", "" | "us" | "ph") => Self::MonthFirst,
            _ => Self::DayFirst,
        }
    }
}

/// A date in digits. Both parts are given when only the year is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// Read in the only way, or in the way of the order.
    Day(Date),
    /// Day and month could be exchanged.
    Year(i16),
}

/// The first date in digits of a line, and where it stands.
pub fn find(line: &str, order: Order) -> Option<(Digits, Range<usize>)> {
    let runs = runs(line);
    runs.windows(3).enumerate().find_map(|(number, part)| {
        let [a, b, c] = part else { return None };
        let between =
            |left: &(usize, &str), right: &(usize, &str)| line[left.0 + left.1.len()..right.0].trim();
        let (first, second) = (between(a, b), between(b, c));
        let at = a.0..c.0 + c.1.len();
        if first == "年" && second == "月" && a.1.len() == 4 {
            return day(a.1, b.1, c.1).map(|date| (Digits::Day(date), at));
        }
        if matches!(first, "년") && second == "월" && a.1.len() == 4 {
            return day(a.1, b.1, c.1).map(|date| (Digits::Day(date), at));
        }
        let tight = first == second && matches!(first, "." | "/" | "-");
        let sizes = a.1.len() <= 2 && b.1.len() <= 2 && matches!(c.1.len(), 2 | 4);
        // A version or an address has more numbers of the kind on either side.
        let longer = |at: Option<&(usize, &str)>, gap: &str| at.is_some() && gap == first;
        let before = number.checked_sub(1).map(|at| &runs[at]);
        let after = runs.get(number + 3);
        let framed = longer(before, before.map_or("", |run| between(run, a)))
            || longer(after, after.map_or("", |run| between(c, run)));
        if !tight || !sizes || framed {
            return None;
        }
        let order = if first == "." { Order::DayFirst } else { order };
        Some((read(a.1, b.1, &whole_year(c.1)?, order)?, at))
    })
}

/// A year of two digits, where the century is plain: this one up to 2049.
fn whole_year(year: &str) -> Option<String> {
    match (year.len(), year.parse::<u16>().ok()?) {
        (4, _) => Some(year.to_owned()),
        (2, short @ 0..50) => Some((2000 + short).to_string()),
        (2, short) => Some((1900 + short).to_string()),
        _ => None,
    }
}

fn read(a: &str, b: &str, year: &str, order: Order) -> Option<Digits> {
    let (day_first, month_first) = (day(year, b, a), day(year, a, b));
    let date = match (day_first, month_first, order) {
        (Some(date), None, _) | (None, Some(date), _) => date,
        (Some(one), Some(other), _) if one == other => one,
        (Some(date), Some(_), Order::DayFirst) | (Some(_), Some(date), Order::MonthFirst) => date,
        (Some(date), Some(_), Order::Unknown) => return Some(Digits::Year(date.year())),
        (None, None, _) => return None,
    };
    Some(Digits::Day(date))
}

/// The day that three numbers tell.
pub(super) fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    let number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i16>().ok())?;
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The runs of digits in a line, each with where it begins.
pub(super) fn runs(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in line.split(|c: char| !c.is_ascii_digit()) {
        if !part.is_empty() {
            found.push((at, part));
        }
        at += part.len() + line[at + part.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str, order: Order) -> String {
        match find(line, order) {
            Some((Digits::Day(date), _)) => date.to_string(),
            Some((Digits::Year(year), _)) => year.to_string(),
            None => String::new(),
        }
    }

    #[test]
    fn order_comes_from_the_numbers_then_from_the_language() {
        assert_eq!(found("am 19.08.2014 um 10", Order::Unknown), "2014-08-19");
        assert_eq!(found("8/19/2014", Order::DayFirst), "2014-08-19");
        assert_eq!(found("03/04/2014", Order::MonthFirst), "2014-03-04");
        assert_eq!(found("03/04/2014", Order::DayFirst), "2014-04-03");
        assert_eq!(found("03/04/2014", Order::Unknown), "2014");
        assert_eq!(found("03/03/14", Order::Unknown), "2014-03-03");
        assert_eq!(found("2014年8月19日", Order::Unknown), "2014-08-19");
        assert_eq!(Order::of_language("en_GB"), Order::DayFirst);
        assert_eq!(Order::of_language("en"), Order::MonthFirst);
    }

    #[test]
    fn other_numbers_are_no_dates() {
        for line in ["version 1.2.3.4", "10.0.0.1", "32.08.2014", "12-12-12-12", "1/2", "tel. 030-12-1234-5"]
        {
            assert_eq!(found(line, Order::DayFirst), "", "{line}");
        }
    }
}
