//! Words as the documentation has them, read by other code than the engine's: runs of letters and digits, in lower
//! case, without accents; and the rules by which one word stands for others.

/// Words that share their inflections; every other word of the stories has only itself.
const FAMILIES: [&[&str]; 6] = [
    &["walk", "walks", "walked", "walking"],
    &["dance", "dances", "danced", "dancing"],
    &["party", "parties"],
    &["record", "records", "recorded", "recording"],
    &["note", "notes"],
    &["sing", "sings", "sang", "sung", "singing"],
];

/// Those of the documented stop words that the stories use.
pub const STOP_WORDS: [&str; 6] = ["the", "of", "and", "with", "over", "that"];

/// Whether a folded word says nothing of what a text is about.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// A word with all that a bare word also finds.
pub fn inflections(word: &str) -> Vec<String> {
    let family = FAMILIES.iter().find(|family| family.contains(&word));
    family
        .map_or_else(|| vec![word.to_owned()], |family| family.iter().map(|&form| form.to_owned()).collect())
}

/// A letter in lower case without its accent; those that the stories use.
fn folded(letter: char) -> String {
    let lower: String = letter.to_lowercase().collect();
    match lower.as_str() {
        "é" | "è" | "ê" => "e".to_owned(),
        "ï" => "i".to_owned(),
        "ø" | "ö" => "o".to_owned(),
        "ß" => "ss".to_owned(),
        _ => lower,
    }
}

/// Whether a letter is Chinese: of those that the stories use.
fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// The folded words of a text. Chinese is read two letters at a time.
pub fn words(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let letters: Vec<char> = text.chars().collect();
    for (at, &letter) in letters.iter().enumerate() {
        match letter {
            '\u{301}' | '\u{ad}' | '\u{200b}' => (),
            letter if is_chinese(letter) => {
                let next = letters.get(at + 1).filter(|next| is_chinese(**next));
                let is_last = at > 0 && is_chinese(letters[at - 1]) && next.is_none();
                if !is_last {
                    found.push(std::iter::once(letter).chain(next.copied()).collect());
                }
                found.push(String::new());
            }
            letter if letter.is_alphanumeric() => {
                found.last_mut().expect("there is always a word begun").push_str(&folded(letter));
            }
            _ => found.push(String::new()),
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

/// Whether one word is written as another but for so many errors: a letter too many, too few or wrong, or two
/// neighbours exchanged; the first letter is right.
pub fn is_misspelt(word: &str, other: &str, errors: usize) -> bool {
    word.chars().next() == other.chars().next() && distance(word, other) <= errors
}

/// Levenshtein's distance in which exchanged neighbours are one error (optimal string alignment), by the whole table.
fn distance(word: &str, other: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = match (i, j) {
                (0, _) | (_, 0) => i + j,
                _ => {
                    let wrong = usize::from(a[i - 1] != b[j - 1]);
                    let mut least =
                        (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + wrong);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(table[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    table[a.len()][b.len()]
}

/// Words with their places. Where a field has several values one place stays empty between them, so that no phrase
/// runs from one into the next.
#[derive(Clone, Debug, Default)]
pub struct Places {
    words: Vec<(u32, String)>,
}

impl Places {
    /// Of the values of a field.
    pub fn of<'t>(values: impl IntoIterator<Item = &'t str>) -> Self {
        let (mut found, mut at) = (Vec::new(), 0);
        for value in values {
            let before = found.len();
            for word in words(value) {
                found.push((at, word));
                at += 1;
            }
            at += u32::from(found.len() > before);
        }
        Self { words: found }
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Each word once.
    pub fn distinct(&self) -> std::collections::BTreeSet<&str> {
        self.words.iter().map(|(_, word)| word.as_str()).collect()
    }

    /// Where any of some words stands.
    pub fn any(&self, wanted: &[String]) -> Vec<u32> {
        self.words.iter().filter(|(_, word)| wanted.contains(word)).map(|(at, _)| *at).collect()
    }

    /// Where words begin that follow each other in order with at most `between` other words among them in all.
    pub fn phrase(&self, wanted: &[String], between: u32) -> Vec<u32> {
        let Some((first, rest)) = wanted.split_first() else { return Vec::new() };
        let last = rest.len() as u32 + between;
        let begins = self.any(std::slice::from_ref(first));
        begins.into_iter().filter(|&at| self.follow(rest, at, at + last)).collect()
    }

    /// Whether words follow in order after a place, the last of them not behind another place.
    fn follow(&self, wanted: &[String], after: u32, until: u32) -> bool {
        let Some((first, rest)) = wanted.split_first() else { return true };
        let next = self.any(std::slice::from_ref(first)).into_iter();
        next.filter(|&at| after < at && at <= until).any(|at| self.follow(rest, at, until))
    }
}

#[test]
fn the_oracle_reads_words_as_the_documentation_says() {
    assert_eq!(words("東京都 a京"), ["東京", "京都", "a", "京"]);
    assert_eq!(words("The CAFÉ’s co-star, Ørsted & 17"), ["the", "cafe", "s", "co", "star", "orsted", "17"]);
    assert!(is_misspelt("copper", "cooper", 1) && is_misspelt("piano", "paino", 1));
    assert!(!is_misspelt("copper", "hopper", 1) && !is_misspelt("velvet", "vervel", 1));
    let places = Places::of(["velvet piano", "the harbour of velvet"]);
    let phrase = |words: [&str; 2], between| places.phrase(&words.map(str::to_owned), between);
    assert_eq!(phrase(["piano", "the"], 0), [] as [u32; 0]);
    assert_eq!(phrase(["piano", "the"], 1), [1]);
    assert_eq!(phrase(["harbour", "velvet"], 1), [4]);
    assert_eq!(phrase(["velvet", "velvet"], 5), [0]);
}
