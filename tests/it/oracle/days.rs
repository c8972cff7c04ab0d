//! Days, months and years by a calendar of the oracle's own: days are counted from 1970.

/// First and last day; open where there is none.
pub type Span = (Option<i64>, Option<i64>);

/// The number of a day (Hinnant's `days_from_civil`).
pub fn day(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn number(text: &str) -> i64 {
    text.parse().expect("a date is written in digits")
}

/// First and last day of `2024`, `2024-03`, `2024-03-09`, or of the day of an instant where it was written.
pub fn span(date: &str) -> (i64, i64) {
    let parts: Vec<i64> = date.get(..10).unwrap_or(date).split('-').map(number).collect();
    match parts[..] {
        [year] => (day(year, 1, 1), day(year + 1, 1, 1) - 1),
        [year, 12] => (day(year, 12, 1), day(year + 1, 1, 1) - 1),
        [year, month] => (day(year, month, 1), day(year, month + 1, 1) - 1),
        [year, month, date] => (day(year, month, date), day(year, month, date)),
        _ => panic!("{date} is no date"),
    }
}

/// Seconds from 1970 UTC: of the instant, or of the first second that is meant.
pub fn seconds(date: &str) -> i64 {
    let first = span(date).0 * 86_400;
    let Some((_, time)) = date.split_once('T') else { return first };
    let at = |place: usize| number(&time[place..place + 2]);
    let local = first + at(0) * 3600 + at(3) * 60 + at(6);
    match &time[8..] {
        "Z" => local,
        offset => {
            let ahead = number(&offset[1..3]) * 3600 + number(&offset[4..6]) * 60;
            if offset.starts_with('-') { local + ahead } else { local - ahead }
        }
    }
}

/// The day, month or year a date lies in, when it is no wider: as much of it as is `length` letters long.
pub fn period(date: &str, length: usize) -> Option<String> {
    date.get(..length).map(str::to_owned)
}

#[test]
fn the_oracle_knows_the_calendar() {
    assert_eq!((day(1970, 1, 1), day(2000, 3, 1), day(2024, 2, 29)), (0, 11_017, 19_782));
    assert_eq!(span("2024-02"), (day(2024, 2, 1), day(2024, 2, 29)));
    assert_eq!(span("2023-12").1 + 1, day(2024, 1, 1));
    assert_eq!(seconds("1970-01-02T00:30:00+01:00"), 86_400 - 1800);
    assert_eq!(seconds("1970-01-01T23:30:00-05:00"), 86_400 + 4 * 3600 + 1800);
}
