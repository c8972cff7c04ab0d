//! Charts as inline SVG. Each is a picture with a name; the numbers stand in a table beside it, which has the links.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use super::text::grouped;
use crate::answers::timeline::Count;

/// Height of the bars.
const HEIGHT: f64 = 96.0;

/// Width of a chart with many bars; one with few is as wide, its bars not wider than `WIDEST`.
const WIDTH: f64 = 720.0;
const WIDEST: f64 = 48.0;

/// Bars of one chart; more are not told apart.
const MOST_BARS: usize = 720;

/// How a timeline is drawn.
pub struct Bars<'a> {
    /// Its steps.
    pub counts: &'a [Count],
    /// Articles without a date as exact as a step.
    pub undated: u64,
    /// The step that is not over yet.
    pub running: &'a str,
    /// Whether articles are counted for each thousand of the archive.
    pub per_thousand: bool,
    /// What is counted, for those who hear the page.
    pub label: &'a str,
}

/// A timeline with its table; `link` gives the address of a step. Nothing is drawn where most is undated.
pub fn timeline(bars: &Bars<'_>, link: &dyn Fn(&str) -> String) -> Markup {
    let dated: u64 = bars.counts.iter().map(|count| count.articles).sum();
    html! {
        @if bars.counts.is_empty() || bars.undated > dated {
            p .note { "Most of these stories are undated (" (grouped(bars.undated)) " of " (grouped(bars.undated + dated))
                "): there is no picture of them over time." }
        } @else if bars.counts.len() > MOST_BARS {
            p .note { "So many steps make no picture: take months or years." }
        } @else {
            figure .chart {
                (drawn(bars))
                figcaption {
                    (caption(bars)) " "
                    @if bars.undated > 0 { (grouped(bars.undated)) " undated, not drawn." }
                }
            }
        }
        @if !bars.counts.is_empty() { (table(bars, link)) }
    }
}

fn value(bars: &Bars<'_>, count: &Count) -> f64 {
    if bars.per_thousand { count.per_thousand } else { count.articles as f64 }
}

fn caption(bars: &Bars<'_>) -> String {
    let unit = if bars.per_thousand { "Stories for each 1,000 of the archive" } else { "Stories" };
    let (first, last) = (&bars.counts[0].period, &bars.counts[bars.counts.len() - 1].period);
    let running = bars.counts.iter().any(|count| count.period == bars.running);
    let running = if running { " The hatched bar is not over yet." } else { "" };
    format!("{unit}, {first} to {last}; the highest bar is {}.{running}", shown(bars, most(bars)))
}

fn most(bars: &Bars<'_>) -> f64 {
    bars.counts.iter().map(|count| value(bars, count)).fold(0.0, f64::max)
}

fn shown(bars: &Bars<'_>, value: f64) -> String {
    if bars.per_thousand { format!("{value:.1}") } else { grouped(value as u64) }
}

fn drawn(bars: &Bars<'_>) -> Markup {
    let step = (WIDTH / bars.counts.len() as f64).min(WIDEST);
    let (most, gap) = (most(bars).max(f64::MIN_POSITIVE), if step > 4.0 { step * 0.15 } else { 0.0 });
    let (mut done, mut running) = (String::new(), String::new());
    for (number, count) in bars.counts.iter().enumerate() {
        let height = HEIGHT * value(bars, count) / most;
        if height <= 0.0 {
            continue;
        }
        let path = if count.period == bars.running { &mut running } else { &mut done };
        // From zero upwards; the least is still to be seen.
        let height = height.max(1.0);
        write!(path, "M{:.1} {HEIGHT}v-{height:.1}h{:.1}v{height:.1}z", number as f64 * step, step - gap)
            .expect("writing to a string cannot fail");
    }
    let years = years(bars, step);
    let (width, height) = (WIDTH, HEIGHT + 18.0);
    html! {
        svg viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(bars.label) {
            defs {
                pattern #hatch width="4" height="4" patternUnits="userSpaceOnUse" {
                    path .hatch d="M0 4L4 0" {}
                }
            }
            path .bar d=(done) {}
            @if !running.is_empty() { path .running d=(running) fill="url(#hatch)" {} }
            path .axis d={ "M0 " (HEIGHT) ".5H" (width) } {}
            @for (at, year) in years { text .year x=(format!("{at:.1}")) y=(HEIGHT + 14.0) { (year) } }
        }
    }
}

/// Where years begin, as far as their numbers have room; the first step where no year begins.
fn years(bars: &Bars<'_>, step: f64) -> Vec<(f64, String)> {
    let mut years: Vec<(f64, String)> = Vec::new();
    let mut last = "";
    for (number, count) in bars.counts.iter().enumerate() {
        let year = count.period.get(..4).unwrap_or_default();
        let at = number as f64 * step;
        let has_room = years.last().is_none_or(|(before, _)| at - before > 44.0) && at < WIDTH - 30.0;
        if year != last && has_room {
            years.push((at, year.to_owned()));
        }
        last = year;
    }
    years
}

fn table(bars: &Bars<'_>, link: &dyn Fn(&str) -> String) -> Markup {
    html! {
        details .numbers {
            summary { "The numbers" }
            div .scroll tabindex="0" role="region" aria-label={ "Numbers: " (bars.label) } {
                table {
                    caption { (bars.label) }
                    thead { tr {
                        th scope="col" { "When" } th scope="col" .num { "Stories" }
                        th scope="col" .num { "of the archive’s" } th scope="col" .num { "per 1,000" }
                    } }
                    tbody {
                        @for count in bars.counts.iter().rev().filter(|count| count.articles > 0) {
                            tr {
                                th scope="row" { a href=(link(&count.period)) { (count.period) } }
                                td .num { (grouped(count.articles)) } td .num { (grouped(count.of)) }
                                td .num { (format!("{:.1}", count.per_thousand)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Ranked values, each with a bar.
pub fn ranked(values: &[(Markup, u64)]) -> Markup {
    let most = values.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    html! {
        ol .ranked {
            @for (label, count) in values {
                li {
                    span .label { (label) } " " span .num { (grouped(*count)) }
                    (PreEscaped(format!(
                        "<svg class=\"share\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect \
                         class=\"bar\" width=\"{:.1}\" height=\"4\"/></svg>",
                        100.0 * *count as f64 / most as f64
                    )))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(steps: &[(&str, u64)]) -> Vec<Count> {
        let count = |&(period, articles): &(&str, u64)| Count {
            period: period.into(),
            articles,
            of: 1000,
            per_thousand: articles as f64,
        };
        steps.iter().map(count).collect()
    }

    fn page(counts: &[Count], undated: u64) -> String {
        let bars =
            Bars { counts, undated, running: "2024-03", per_thousand: false, label: "Stories by month" };
        timeline(&bars, &|period| format!("/search?q={period}")).into_string()
    }

    #[test]
    fn bars_stand_on_zero_and_the_running_month_is_hatched() {
        let page = page(&counts(&[("2024-01", 10), ("2024-02", 0), ("2024-03", 5)]), 1);
        assert!(
            page.contains("M0.0 96v-96.0") && page.contains("url(#hatch)") && page.contains("1 undated"),
            "{page}"
        );
        assert!(page.contains("href=\"/search?q=2024-03\"") && !page.contains("2024-02"));
    }

    #[test]
    fn no_picture_where_most_is_undated_and_a_long_one_is_small() {
        assert!(!page(&counts(&[("2024-01", 10)]), 11).contains("<svg"));
        let many: Vec<(String, u64)> = (0..120)
            .map(|month| (format!("{}-{:02}", 2010 + month / 12, month % 12 + 1), month as u64))
            .collect();
        let many: Vec<(&str, u64)> = many.iter().map(|(period, count)| (period.as_str(), *count)).collect();
        let (counts, mut bars) = (counts(&many), 0);
        let page = drawn(&Bars { counts: &counts, undated: 0, running: "", per_thousand: true, label: "x" })
            .into_string();
        bars += page.matches('M').count();
        assert!(page.len() < 6000 && bars > 119, "{} bytes", page.len());
    }
}
