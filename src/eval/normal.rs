//! Normal forms in which spans and names are compared.

/// Marks that can stand for an apostrophe in a possessive.
const APOSTROPHES: [char; 4] = ['\'', '’', '‘', '`'];

/// What is trimmed from the ends of a quote before spans are compared.
const TRIMMED: &str = "\"“”„‟«»＂'‘’` \t\r\n.,;:!?-–—…";

/// Endings of a name that tell generations apart.
const GENERATIONS: [&str; 5] = ["jr", "sr", "ii", "iii", "iv"];

/// Most words that a right answer for a person's name may have.
pub const MOST_WORDS: usize = 5;

/// A name's span without a leading "the" and a trailing possessive.
pub fn name_span(chars: &[char], (mut start, mut end): (usize, usize)) -> (usize, usize) {
    let within = |start: usize, end: usize| chars.get(start..end).unwrap_or_default();
    let article = leading_the(within(start, end));
    if article > 0 && end - start > article {
        start += article;
    }
    match within(start, end) {
        [rest @ .., mark, 's' | 'S'] | [rest @ .., mark] if APOSTROPHES.contains(mark) => {
            let bare = end - start - rest.len() == 1;
            if !bare || rest.last() == Some(&'s') {
                end = start + rest.len();
            }
        }
        _ => (),
    }
    (start, end)
}

/// Length of a leading "the" with the blanks after it.
fn leading_the(chars: &[char]) -> usize {
    let [t, h, e, rest @ ..] = chars else { return 0 };
    let is_the = [t, h, e].iter().zip("the".chars()).all(|(c, wanted)| c.eq_ignore_ascii_case(&wanted));
    let blanks = rest.iter().take_while(|c| c.is_whitespace()).count();
    if is_the && blanks > 0 { 3 + blanks } else { 0 }
}

/// A quote's span without marks, blanks and punctuation at its ends.
pub fn quote_span(chars: &[char], (start, end): (usize, usize)) -> (usize, usize) {
    let (mut start, mut end) = (start, end.min(chars.len()));
    while start < end && TRIMMED.contains(chars[start]) {
        start += 1;
    }
    while end > start && TRIMMED.contains(chars[end - 1]) {
        end -= 1;
    }
    (start, end)
}

/// A name without a leading "the", punctuation and case.
pub fn key(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let kept = chars[leading_the(&chars)..].iter().filter(|&&c| c.is_alphanumeric() || c == '_' || c == ' ');
    kept.collect::<String>().to_lowercase().trim().to_owned()
}

/// The words of a name, lower case, without possessives.
pub fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '’' | '-');
    let words = lower.split(|c| !inside(c)).map(|word| {
        let bare = ["'s", "’s", "‘s"].iter().find_map(|ending| word.strip_suffix(ending));
        bare.unwrap_or(word).trim_matches(['\'', '’', '-']).to_owned()
    });
    words.filter(|word| !word.is_empty()).collect()
}

/// The last of the words that is no generation.
pub fn last(words: &[String]) -> Option<&str> {
    words.iter().rev().map(String::as_str).find(|word| !GENERATIONS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let (start, end) = name_span(&chars, (0, chars.len()));
        chars[start..end].iter().collect()
    }

    #[test]
    fn names_lose_article_and_possessive() {
        assert_eq!(name("The Paper Lanterns"), "Paper Lanterns");
        assert_eq!(name("Thane‘s"), "Thane");
        assert_eq!(name("the Lanterns'"), "Lanterns");
        assert_eq!(name("Rock ’n’"), "Rock ’n’");
        assert_eq!(name("The"), "The");
        assert_eq!(key("The St. Brendan’s"), "st brendans");
    }

    #[test]
    fn quotes_lose_their_ends() {
        let chars: Vec<char> = "“Well, no,” –".chars().collect();
        assert_eq!(quote_span(&chars, (0, chars.len())), (1, 9));
    }

    #[test]
    fn words_of_a_name() {
        assert_eq!(words("Callum Reyes-Holt’s"), ["callum", "reyes-holt"]);
        assert_eq!(last(&words("Percy Amory Jr")), Some("amory"));
    }
}
