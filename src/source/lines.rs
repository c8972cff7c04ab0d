//! Lines that a program broke at a width, made whole again.

/// Lines are broken at this width or more.
const NARROWEST: usize = 40;

/// Joins lines that were broken because the next word did not fit, and leaves those that their author ended. Blocks
/// stay apart by a blank line; a line that is indented after one that is not begins a block.
pub fn unwrapped(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let width = |line: &str| line.chars().count();
    let widest = lines.iter().map(|line| width(line)).filter(|&width| width <= 120).max().unwrap_or_default();
    // Ragged text is broken a little before the widest line.
    let measure = widest - widest / 12;
    // Where most lines are wider than any that are broken, none is: each is a paragraph.
    let with_words = lines.iter().filter(|line| !line.is_empty());
    let is_unbroken = with_words.clone().filter(|line| width(line) > widest).count() * 2 > with_words.count();
    let mut whole = String::with_capacity(text.len());
    let mut above: Option<&str> = None;
    for line in lines {
        if line.trim().is_empty() {
            above = None;
            continue;
        }
        let words = line.trim_start();
        match above {
            None if whole.is_empty() => (),
            None => whole.push_str("\n\n"),
            Some(above) => {
                let indented = |line: &str| line.len() - line.trim_start().len() >= 2;
                let first = words.split_whitespace().next().unwrap_or_default();
                let goes_on = above.ends_with(char::is_alphanumeric) && first.starts_with(char::is_lowercase);
                let is_broken = widest >= NARROWEST
                    && (width(above) + 1 + width(first) > measure
                        || goes_on && width(above) >= NARROWEST / 2);
                // A line that no width holds is a paragraph.
                if is_unbroken || width(above) > widest || indented(line) && !indented(above) {
                    whole.push_str("\n\n");
                } else if !is_broken {
                    whole.push('\n');
                } else if !ends_in_hyphen(above) {
                    whole.push(' ');
                }
            }
        }
        whole.push_str(words);
        above = Some(line);
    }
    whole
}

/// Whether a line was broken within a compound: `state-of-the-` and `art`.
fn ends_in_hyphen(line: &str) -> bool {
    let mut back = line.chars().rev();
    back.next() == Some('-') && back.next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_lines_are_joined_and_ended_ones_are_not() {
        let text = "Voss told the crowd on Friday night that\nthe long tour was finished, and left the\nstage.\n\n\
                    A list:\nred\ngreen\n    Indented it begins a paragraph of its\nown.";
        assert_eq!(
            unwrapped(text),
            "Voss told the crowd on Friday night that the long tour was finished, and left the stage.\n\n\
             A list:\nred\ngreen\n\nIndented it begins a paragraph of its own."
        );
        assert_eq!(unwrapped("One\nTwo"), "One\nTwo");
        let paragraphs = format!(
            "{0}\n{0}\n{0}\nA short line that ends a story, and is no shorter than\nanother below it.",
            "Voss left the tour. ".repeat(8).trim()
        );
        assert_eq!(
            unwrapped(&paragraphs),
            paragraphs.replace('\n', "\n\n"),
            "lines of no width are paragraphs"
        );
        let hyphen = "A long line that goes on to a state-of-\nthe-art studio in the hills above it all";
        assert_eq!(
            unwrapped(hyphen),
            "A long line that goes on to a state-of-the-art studio in the hills above it all"
        );
    }
}
