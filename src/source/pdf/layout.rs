//! Glyphs put back into words, lines, columns and paragraphs; without running heads and page numbers.

use std::collections::{HashMap, HashSet};

use super::glyphs::{Glyph, Page};

/// Parts of the size of a font: the room between words, where blanks are printed too and where not; the room that may
/// lie between columns; the room that lies between cells.
const WORD: f64 = 0.18;
const WORD_BESIDE_BLANKS: f64 = 0.35;
const COLUMN: f64 = 0.75;
const APART: f64 = 1.6;

/// Lines of a page that are numbered, at least.
const NUMBERED: usize = 8;

/// Lines at the top and at the bottom of a page that may be a running head.
const EDGE: usize = 3;

/// Mean characters of lines that are prose in columns; those of tables are shorter.
const PROSE: usize = 18;

/// Characters of the longest headline.
const TITLE: usize = 200;

/// How deep a page is cut.
const CUTS: usize = 12;

/// Words on one line without much room between them.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    x: f64,
    end: f64,
    y: f64,
    size: f64,
    /// Where on the page it was read: the number of its column.
    column: usize,
    /// How many cells of a row it is.
    cells: usize,
}

/// The paragraphs of all pages, and whether each is the headline.
pub fn paragraphs(pages: impl Iterator<Item = Page>) -> Vec<(bool, String)> {
    let pages: Vec<Vec<Line>> = pages.map(lines).collect();
    let heads = running_heads(&pages);
    let repeated: Vec<HashSet<String>> = (0..pages.len()).map(|number| repeated(&pages, number)).collect();
    let mut read: Vec<Line> = Vec::new();
    let mut first_column = 0;
    for (page, repeated) in pages.into_iter().zip(repeated) {
        let is_head = |line: &Line| heads.contains(&key(&line.text)) || repeated.contains(&line.text);
        let kept: Vec<Line> = page.into_iter().filter(|line| !is_head(line)).collect();
        let kept = without_number(kept);
        let mut ordered = Vec::with_capacity(kept.len());
        order(without_line_numbers(kept), 0, &mut first_column, &mut ordered);
        first_column += 1;
        read.extend(whole_rows(ordered));
    }
    joined(&read)
}

/// The lines of a page from top to bottom, what stands far apart as lines of its own.
fn lines(page: Page) -> Vec<Line> {
    let mut glyphs: Vec<Glyph> = page.glyphs;
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            // Superscripts stand a little higher.
            Some(row) if (glyph.y - row[0].y).abs() <= 0.35 * row[0].size.max(glyph.size) => row.push(glyph),
            _ => rows.push(vec![glyph]),
        }
    }
    rows.into_iter().flat_map(row_lines).collect()
}

fn row_lines(mut row: Vec<Glyph>) -> Vec<Line> {
    row.sort_by(|a, b| a.x.total_cmp(&b.x));
    // Between letters that are spaced out lies more room, but less than between words.
    let gaps = row.windows(2).filter(|pair| pair.iter().all(|glyph| !glyph.text.trim().is_empty()));
    let spaced = median(gaps.map(|pair| (pair[1].x - pair[0].end) / pair[1].size), 0.0).clamp(0.0, 0.5);
    let has_blanks = row.iter().any(|glyph| glyph.text.trim().is_empty());
    let word = spaced + if has_blanks { WORD_BESIDE_BLANKS } else { WORD };
    let column = spaced + COLUMN;
    let mut lines: Vec<Line> = Vec::new();
    let mut last: Option<Glyph> = None;
    let mut blank = false;
    for glyph in row {
        if glyph.text.trim().is_empty() {
            blank = true;
            continue;
        }
        // Bold that is made by printing twice.
        if let Some(last) = &last
            && last.text == glyph.text
            && (last.x - glyph.x).abs() < 0.12 * glyph.size
        {
            continue;
        }
        let gap = last.as_ref().map_or(0.0, |last: &Glyph| glyph.x - last.end);
        match lines.last_mut() {
            Some(line) if gap <= column * glyph.size.max(line.size) => {
                if (blank || gap > word * glyph.size) && !line.text.ends_with(' ') {
                    line.text.push(' ');
                }
                line.text.push_str(&glyph.text);
                line.end = line.end.max(glyph.end);
                line.size = line.size.max(glyph.size);
            }
            _ => lines.push(Line {
                text: glyph.text.clone(),
                x: glyph.x,
                end: glyph.end,
                y: glyph.y,
                size: glyph.size,
                column: 0,
                cells: 1,
            }),
        }
        blank = false;
        last = Some(glyph);
    }
    lines
}

/// A line without its digits: running heads differ in the number of the page.
fn key(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_ascii_digit())
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Lines at the top or at the bottom of a page.
fn edge(page: &[Line]) -> impl Iterator<Item = &Line> {
    page.iter().take(EDGE).chain(page.iter().rev().take(EDGE))
}

/// What stands at the edge of a page as it does on the page before or after it: the head of a story.
fn repeated(pages: &[Vec<Line>], number: usize) -> HashSet<String> {
    let before = number.checked_sub(1).and_then(|before| pages.get(before));
    let beside: Vec<&Line> =
        before.into_iter().chain(pages.get(number + 1)).flat_map(|page| edge(page)).collect();
    let comes_again =
        |line: &&Line| beside.iter().any(|other| other.text == line.text && (other.y - line.y).abs() < 2.0);
    edge(&pages[number]).filter(comes_again).map(|line| line.text.clone()).collect()
}

/// What stands at the top or at the bottom of several pages.
fn running_heads(pages: &[Vec<Line>]) -> HashSet<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let keys: HashSet<String> = edge(page).map(|line| key(&line.text)).collect();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    let least = if pages.len() < 4 { pages.len().max(2) } else { (pages.len() * 2 / 5).max(3) };
    counts.into_iter().filter(|(key, count)| *count >= least && key.len() > 1).map(|(key, _)| key).collect()
}

/// Without the number of the page, alone on the first or the last line.
fn without_number(mut lines: Vec<Line>) -> Vec<Line> {
    let is_number = |line: &Line| {
        let bare = line.text.trim_matches(|c: char| !c.is_alphanumeric());
        let words: Vec<&str> = bare.split_whitespace().collect();
        let digits = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() <= 4;
        match &words[..] {
            [number] => digits(number),
            [word, number] => word.to_lowercase().starts_with("pag") && digits(number),
            [word, number, _, all] => word.to_lowercase().starts_with("pag") && digits(number) && digits(all),
            _ => false,
        }
    };
    if lines.len() > 1 && lines.last().is_some_and(is_number) {
        lines.pop();
    }
    if lines.len() > 1 && lines.first().is_some_and(is_number) {
        lines.remove(0);
    }
    lines
}

/// Without the numbers of lines that courts and scripts print at the edge.
fn without_line_numbers(lines: Vec<Line>) -> Vec<Line> {
    let number = |line: &Line| line.text.trim().parse::<u32>().ok().filter(|number| *number < 1000);
    let left = lines.iter().map(|line| line.x).fold(f64::MAX, f64::min);
    let at_edge = |line: &Line| number(line).is_some() && line.x < left + 2.0 * line.size;
    let numbers: Vec<u32> = lines.iter().filter(|line| at_edge(line)).filter_map(number).collect();
    let steps = numbers.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
    if numbers.len() < NUMBERED || steps + 2 < numbers.len() {
        return lines;
    }
    lines.into_iter().filter(|line| !at_edge(line)).collect()
}

/// Joins what stands on one row of a column, now that columns are told apart.
fn whole_rows(lines: Vec<Line>) -> Vec<Line> {
    let mut rows: Vec<Line> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row)
                if row.column == line.column
                    && (row.y - line.y).abs() < 0.5 * line.size
                    && line.x >= row.x =>
            {
                let is_cell = line.x - row.end > APART * line.size.max(row.size);
                row.text.push(if is_cell { '\n' } else { ' ' });
                row.text.push_str(line.text.trim());
                row.cells += usize::from(is_cell);
                row.end = row.end.max(line.end);
                row.size = row.size.max(line.size);
            }
            _ => rows.push(line),
        }
    }
    rows
}

/// Puts lines in the order they are read: columns one after the other, what spans them before or after.
fn order(mut lines: Vec<Line>, depth: usize, column: &mut usize, read: &mut Vec<Line>) {
    if lines.len() > 2 && depth < CUTS {
        if let Some(x) = gutter(&lines) {
            let (left, right): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.x < x);
            order(left, depth + 1, column, read);
            *column += 1;
            return order(right, depth + 1, column, read);
        }
        if let Some(y) = band(&lines) {
            let (above, below): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.y < y);
            order(above, depth + 1, column, read);
            *column += 1;
            return order(below, depth + 1, column, read);
        }
    }
    lines.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    read.extend(lines.into_iter().map(|line| Line { column: *column, ..line }));
}

/// Where two columns of prose are parted by white from top to bottom.
fn gutter(lines: &[Line]) -> Option<f64> {
    let mut spans: Vec<(f64, f64)> = lines.iter().map(|line| (line.x, line.end)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = median(lines.iter().map(|line| line.size), 10.0);
    let (mut end, mut widest) = (spans.first()?.1, None);
    for (x, until) in spans {
        let gap = x - end;
        if gap > 0.7 * size && widest.is_none_or(|(_, width)| gap > width) {
            widest = Some(((x + end) / 2.0, gap));
        }
        end = end.max(until);
    }
    let (x, _) = widest?;
    let (left, right): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.x < x);
    let is_prose = |side: &[&Line]| {
        let characters: usize = side.iter().map(|line| line.text.chars().count()).sum();
        side.len() >= 3 && characters >= PROSE * side.len()
    };
    // A narrow column beside prose, where its lines stand at other heights, is no table either.
    let aligned = right.iter().filter(|line| left.iter().any(|other| (other.y - line.y).abs() < 0.5)).count();
    let is_table = aligned * 10 > right.len().min(left.len()) * 9 && !(is_prose(&left) && is_prose(&right));
    let enough = left.len() >= 3 && right.len() >= 3;
    (is_prose(&left) && is_prose(&right) || enough && !is_table && (is_prose(&left) || is_prose(&right)))
        .then_some(x)
}

/// The height at which a page is parted, so that at least one of the parts falls into columns.
fn band(lines: &[Line]) -> Option<f64> {
    let mut rows: Vec<f64> = lines.iter().map(|line| line.y).collect();
    rows.sort_by(f64::total_cmp);
    rows.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    let mut best: Option<(f64, f64)> = None;
    for pair in rows.windows(2) {
        let y = (pair[0] + pair[1]) / 2.0;
        let (above, below): (Vec<Line>, Vec<Line>) = lines.iter().cloned().partition(|line| line.y < y);
        if gutter(&above).is_some() || gutter(&below).is_some() {
            let gap = pair[1] - pair[0];
            if best.is_none_or(|(_, widest)| gap > widest) {
                best = Some((y, gap));
            }
        }
        // Pages of very many lines are tables.
        if rows.len() > 150 {
            return None;
        }
    }
    best.map(|(y, _)| y)
}

/// The middle one of values, or that of none.
fn median(values: impl Iterator<Item = f64>, none: f64) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(none)
}

/// A low one of values: the distance of lines, of those between lines and between paragraphs.
fn low(values: impl Iterator<Item = f64>, none: f64) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 4).copied().unwrap_or(none)
}

/// Lines that belong together as paragraphs.
fn joined(lines: &[Line]) -> Vec<(bool, String)> {
    let body = body_size(lines);
    let mut edges: HashMap<usize, (f64, f64)> = HashMap::new();
    for line in lines {
        let edge = edges.entry(line.column).or_insert((line.x, line.end));
        *edge = (edge.0.min(line.x), edge.1.max(line.end));
    }
    let mut pitches: HashMap<usize, Vec<f64>> = HashMap::new();
    for pair in lines.windows(2).filter(|pair| pair[0].column == pair[1].column) {
        let gap = pair[1].y - pair[0].y;
        if gap > 1.0 && gap < 4.0 * body {
            pitches.entry(pair[0].column).or_default().push(gap);
        }
    }
    let usual = low(pitches.values().flatten().copied(), 1.2 * body);
    let pitch = |column: usize| {
        let own = pitches.get(&column).filter(|gaps| gaps.len() > 3);
        own.map_or(usual, |gaps| low(gaps.iter().copied(), usual))
    };
    let mut found: Vec<(f64, String)> = Vec::new();
    let mut above: Option<&Line> = None;
    for line in lines {
        let begins = above.is_none_or(|above| begins(above, line, pitch(line.column), &edges));
        match found.last_mut() {
            Some((_, text)) if !begins => continue_with(text, line.text.trim()),
            _ => found.push((line.size, line.text.trim().to_owned())),
        }
        above = Some(line);
    }
    found.retain(|(_, text)| !text.is_empty());
    let title = title(&found, body);
    found.into_iter().enumerate().map(|(number, (_, text))| (title == Some(number), text)).collect()
}

/// Whether a line begins a paragraph.
fn begins(above: &Line, line: &Line, pitch: f64, edges: &HashMap<usize, (f64, f64)>) -> bool {
    let is_ended = above.text.trim_end().ends_with(['.', '!', '?', '”', '"', '…', ':', '»', '’', ')']);
    let is_lower = line.text.trim_start().starts_with(char::is_lowercase);
    let other_size = (above.size - line.size).abs() > 0.12 * above.size.max(line.size);
    if above.column != line.column {
        // A paragraph goes on in the next column, or on the next page, when its sentence does.
        return is_ended || !is_lower || other_size;
    }
    let gap = line.y - above.y;
    if above.cells > 1 || line.cells > 1 {
        return true;
    }
    let (left, right) = edges.get(&line.column).copied().unwrap_or((line.x, line.end));
    let indented = line.x > above.x + 0.6 * line.size
        && line.x > left + 0.6 * line.size
        && line.x < left + 6.0 * line.size;
    let short = above.end < right - 0.15 * (right - left);
    gap > 1.35 * pitch.max(0.9 * line.size)
        || gap < 0.0
        || other_size
        || indented && !is_lower
        || short && is_ended
}

/// Adds a line to a paragraph; a word that was broken at its end is made whole.
fn continue_with(text: &mut String, line: &str) {
    let is_lower = line.starts_with(char::is_lowercase);
    let mut back = text.chars().rev();
    let last = back.next();
    let is_word = back.next().is_some_and(char::is_alphabetic);
    match last {
        Some('\u{ad}') => drop(text.pop()),
        Some('-' | '\u{2010}') if is_word && is_lower => {
            // `state-of-the-` keeps its hyphen: the word has others.
            let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
            if word.matches(['-', '\u{2010}']).count() == 1 {
                text.pop();
            }
        }
        Some('-' | '\u{2010}') if is_word => (),
        Some(_) => text.push(' '),
        None => (),
    }
    text.push_str(line);
}

/// The size that most characters have.
fn body_size(lines: &[Line]) -> f64 {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for line in lines {
        #[expect(clippy::cast_possible_truncation, reason = "sizes of fonts are small")]
        let size = (line.size * 2.0).round() as i64;
        *counts.entry(size).or_default() += line.text.chars().count();
    }
    let most = counts.into_iter().max_by_key(|&(size, count)| (count, size));
    #[expect(clippy::cast_precision_loss, reason = "sizes of fonts are small")]
    most.map_or(10.0, |(size, _)| size as f64 / 2.0)
}

/// The headline: what is printed largest near the top, and larger than the story.
fn title(found: &[(f64, String)], body: f64) -> Option<usize> {
    let near_top = found.iter().enumerate().take(6);
    let largest = near_top
        .filter(|(_, (size, text))| {
            *size > 1.15 * body
                && text.chars().count() <= TITLE
                && text.chars().filter(|c| c.is_alphabetic()).count() > 3
        })
        .max_by(|a, b| a.1.0.total_cmp(&b.1.0).then(b.0.cmp(&a.0)));
    largest.map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Glyphs of a line, each half as wide as its font is large.
    fn written(text: &str, x: f64, y: f64, size: f64) -> Vec<Glyph> {
        let at = |number: usize| x + number as f64 * size / 2.0;
        text.chars()
            .enumerate()
            .map(|(number, c)| Glyph { text: c.to_string(), x: at(number), end: at(number + 1), y, size })
            .collect()
    }

    fn read(pages: &[&[(&str, f64, f64, f64)]]) -> Vec<(bool, String)> {
        let page = |lines: &&[(&str, f64, f64, f64)]| Page {
            glyphs: lines.iter().flat_map(|&(text, x, y, size)| written(text, x, y, size)).collect(),
        };
        paragraphs(pages.iter().map(page))
    }

    fn words(pages: &[&[(&str, f64, f64, f64)]]) -> Vec<String> {
        read(pages).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn columns_are_read_one_after_the_other() {
        let left =
            ["Marla Quist has left the show", "after ten long seasons, her", "agent said on Friday night."];
        let right = [
            "Nobody at the studio was sur-",
            "prised. She wanted to go while",
            "it still hurt, she had told us.",
        ];
        let mut page = vec![("Quist Leaves", 50.0, 40.0, 24.0)];
        for (number, (a, b)) in left.iter().zip(right).enumerate() {
            let y = 80.0 + 12.0 * number as f64;
            page.push((a, 50.0, y, 10.0));
            page.push((b, 230.0, y, 10.0));
        }
        let found = read(&[&page]);
        assert_eq!(
            found,
            [
                (true, "Quist Leaves".to_owned()),
                (false, "Marla Quist has left the show after ten long seasons, her agent said on Friday night.".to_owned()),
                (false, "Nobody at the studio was surprised. She wanted to go while it still hurt, she had told us.".to_owned())
            ]
        );
    }

    #[test]
    fn running_heads_and_numbers_go_and_paragraphs_go_on() {
        let one = [
            ("LIMELIGHT 34", 50.0, 20.0, 8.0),
            ("She told the desk that she would never", 50.0, 60.0, 10.0),
            ("1", 300.0, 780.0, 8.0),
        ];
        let two = [
            ("LIMELIGHT 34", 50.0, 20.0, 8.0),
            ("come back to it again.", 50.0, 60.0, 10.0),
            ("2", 300.0, 780.0, 8.0),
        ];
        assert_eq!(words(&[&one, &two]), ["She told the desk that she would never come back to it again."]);
    }

    #[test]
    fn paragraphs_are_told_by_room_and_indents() {
        let page = [
            ("She left the studio on Friday, with two", 50.0, 60.0, 10.0),
            ("bags and a dog.", 50.0, 72.0, 10.0),
            ("He stayed, and said that he would go on", 62.0, 84.0, 10.0),
            ("as before.", 50.0, 96.0, 10.0),
            ("Nobody knows why they had parted so.", 50.0, 130.0, 10.0),
        ];
        assert_eq!(
            words(&[&page]),
            [
                "She left the studio on Friday, with two bags and a dog.",
                "He stayed, and said that he would go on as before.",
                "Nobody knows why they had parted so."
            ]
        );
    }

    #[test]
    fn cells_of_a_row_stay_together_and_apart() {
        let page = [
            ("Best Actor", 50.0, 60.0, 10.0),
            ("Gale Foss", 300.0, 60.0, 10.0),
            ("Best Actress", 50.0, 90.0, 10.0),
            ("Ines Valcourt", 300.0, 90.0, 10.0),
        ];
        assert_eq!(words(&[&page]), ["Best Actor\nGale Foss", "Best Actress\nInes Valcourt"]);
    }

    #[test]
    fn broken_words_are_made_whole() {
        for (text, line, whole) in [
            ("the sur-", "prise", "the surprise"),
            ("a state-of-the-", "art studio", "a state-of-the-art studio"),
            ("Marla Quist-", "Brandl", "Marla Quist-Brandl"),
            ("1998-", "2004", "1998- 2004"),
        ] {
            let mut joined = text.to_owned();
            continue_with(&mut joined, line);
            assert_eq!(joined, whole);
        }
    }
}
