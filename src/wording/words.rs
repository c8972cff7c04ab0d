//! A text as the words it is compared by.

use std::ops::Range;

use super::{numbers, spelling};
use crate::analysis;

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    /// As it is written, folded.
    pub plain: String,
    /// What stands for all its spellings.
    pub key: String,
    /// Where it stands.
    pub range: Range<usize>,
    /// Whether a hyphen ties it to the word before it.
    pub tied: bool,
}

/// What a passage is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A word.
    Word(Word),
    /// Words in square brackets: an editor's.
    Bracket(Vec<Word>),
    /// Words left out.
    Gap(Range<usize>),
}

impl Step {
    pub(super) fn range(&self) -> Range<usize> {
        match self {
            Self::Word(word) => word.range.clone(),
            Self::Bracket(words) => {
                words[0].range.start..words.last().map_or(words[0].range.end, |word| word.range.end)
            }
            Self::Gap(range) => range.clone(),
        }
    }

    pub(super) fn word(&self) -> Option<&Word> {
        match self {
            Self::Word(word) => Some(word),
            Self::Bracket(_) | Self::Gap(_) => None,
        }
    }
}

/// How two words are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same, marks and case aside.
    Same,
    /// The same in another spelling.
    Respelt,
    /// Two words.
    Different,
}

impl Word {
    /// How it is related to another.
    pub(super) fn relation(&self, other: &Self) -> Relation {
        if self.plain == other.plain {
            return if self.tied == other.tied { Relation::Same } else { Relation::Respelt };
        }
        match self.key == other.key || spelling::stands_for(&self.key, &other.key) {
            true => Relation::Respelt,
            false => Relation::Different,
        }
    }
}

/// Words that a number has at the most.
const MOST_OF_A_NUMBER: usize = 12;

/// A folded word as the analysis finds it.
pub(super) struct Token {
    pub plain: String,
    pub range: Range<usize>,
}

/// The folded words of a stretch of a text, as the index has them.
pub(super) fn tokens(text: &str, within: Range<usize>) -> Vec<Token> {
    let mut analyzer = analysis::analyzer();
    let mut stream = analyzer.token_stream(&text[within.clone()]);
    let mut found = Vec::new();
    while stream.advance() {
        let token = stream.token();
        let range = within.start + token.offset_from..within.start + token.offset_to;
        found.push(Token { plain: token.text.clone(), range });
    }
    found
}

/// The steps of a stretch of a text; `joints` are places where words may be left out without a mark.
pub(super) fn steps(text: &str, within: Range<usize>, joints: &[usize]) -> Vec<Step> {
    let tokens = tokens(text, within.clone());
    let mut reader = Reader { text, tokens: &tokens, steps: Vec::with_capacity(tokens.len()), bracket: None };
    let (mut at, mut end) = (0, within.start);
    while at < tokens.len() {
        let between = &text[end..tokens[at].range.start];
        if !reader.steps.is_empty() {
            let joint = joints.iter().find(|joint| (end..=tokens[at].range.start).contains(joint));
            if let Some(gap) = gap(between) {
                reader.add(Step::Gap(end + gap.start..end + gap.end));
            } else if let Some(&joint) = joint {
                reader.add(Step::Gap(joint..joint));
            }
        }
        reader.brackets(between, end);
        at += reader.word(at, between);
        end = tokens[at - 1].range.end;
    }
    reader.close();
    reader.steps
}

/// The ellipsis in what stands between two words.
fn gap(between: &str) -> Option<Range<usize>> {
    if let Some(at) = between.find('…') {
        return Some(at..at + '…'.len_utf8());
    }
    let dot = between.find('.')?;
    let dots = between[dot..].find(|c: char| c != '.' && c != ' ').map_or(between.len(), |end| dot + end);
    (between[dot..dots].matches('.').count() >= 3).then(|| dot..dot + between[dot..dots].trim_end().len())
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '′')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{ad}')
}

/// The only character of a text.
fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    steps: Vec<Step>,
    /// Words of the bracket that is open.
    bracket: Option<Vec<Word>>,
}

impl Reader<'_> {
    fn add(&mut self, step: Step) {
        match (&mut self.bracket, step) {
            (Some(words), Step::Word(word)) => words.push(word),
            (_, step) => self.steps.push(step),
        }
    }

    /// What stands between the words at `at - 1` and `at`; nothing at the ends.
    fn before(&self, at: usize) -> &str {
        match (at.checked_sub(1), self.tokens.get(at)) {
            (Some(last), Some(token)) => &self.text[self.tokens[last].range.end..token.range.start],
            _ => "",
        }
    }

    /// Opens and closes brackets. One that parts a word, `[t]he`, is no more than a mark.
    fn brackets(&mut self, between: &str, start: usize) {
        if let Some(close) = between.find(']')
            && self.bracket.is_some()
        {
            let after = self.text[start + close + 1..].chars().next();
            if after.is_some_and(char::is_alphanumeric) { self.spill() } else { self.close() }
        }
        if let Some(open) = between.rfind('[')
            && between.rfind(']').is_none_or(|close| close < open)
        {
            let before = self.text[..start + open].chars().next_back();
            if !before.is_some_and(char::is_alphanumeric) {
                self.bracket = Some(Vec::new());
            }
        }
    }

    fn close(&mut self) {
        if let Some(words) = self.bracket.take().filter(|words| !words.is_empty()) {
            self.steps.push(Step::Bracket(words));
        }
    }

    /// Takes the words of a bracket as words.
    fn spill(&mut self) {
        let words = self.bracket.take().unwrap_or_default();
        self.steps.extend(words.into_iter().map(Step::Word));
    }

    /// Reads the words that begin with the token at `at`; how many tokens they have.
    fn word(&mut self, at: usize, between: &str) -> usize {
        let token = &self.tokens[at];
        let tied = single(between).is_some_and(is_hyphen);
        let word = |plain: &str, key: &str, range: Range<usize>| {
            Step::Word(Word { plain: plain.to_owned(), key: key.to_owned(), range, tied: false })
        };
        // A word in pieces: `[t]he`, `want[ed]`.
        if let Some(Step::Word(last)) = self.steps.last_mut()
            && self.bracket.is_none()
            && matches!(between, "]" | "[")
        {
            last.plain.push_str(&token.plain);
            last.key = spelling::usual(&last.plain).into_owned();
            last.range.end = token.range.end;
            return 1;
        }
        // What is left behind a name with an apostrophe of its own, `O’Brien’s`, or behind a bracket, `[Voss]’s`.
        if single(between.strip_prefix(']').unwrap_or(between)).is_some_and(is_apostrophe)
            && let Some(key) = spelling::clitic(&token.plain)
        {
            self.add(word(&format!("’{}", token.plain), key, token.range.clone()));
            return 1;
        }
        if let Some((taken, plain, key)) = self.number(at) {
            let range = token.range.start..self.tokens[at + taken - 1].range.end;
            let end = range.end;
            self.add(Step::Word(Word { plain, key, range, tied }));
            if let Some(sign) = between.chars().next_back().and_then(currency) {
                self.add(word(sign, sign, end..end));
            }
            if self.text[end..].starts_with('%') {
                self.add(word("%", "percent", end..end + 1));
            }
            return taken;
        }
        let behind =
            self.tokens.get(at + 1).filter(|_| single(self.before(at + 1)).is_some_and(is_apostrophe));
        if let Some(behind) = behind {
            let both = token.range.start..behind.range.end;
            let ends_in_n = self.text[token.range.clone()].ends_with(['n', 'N']);
            if behind.plain == "t" && ends_in_n {
                let stem = match token.plain.as_str() {
                    "can" | "ain" => token.plain.as_str(),
                    "won" => "will",
                    "shan" => "shall",
                    written => &written[..written.len() - 1],
                };
                let middle = token.range.end - usize::from(token.plain != "can");
                let plain = self.text[token.range.start..middle].to_lowercase();
                self.add(Step::Word(Word { plain, key: stem.to_owned(), range: both.start..middle, tied }));
                self.add(word("n’t", "not", middle..both.end));
            } else if let Some(key) = spelling::clitic(&behind.plain) {
                let key_of_stem = spelling::usual(&token.plain).into_owned();
                let stem =
                    Word { plain: token.plain.clone(), key: key_of_stem, range: token.range.clone(), tied };
                self.add(Step::Word(stem));
                self.add(word(&format!("’{}", behind.plain), key, token.range.end..both.end));
            } else {
                let whole = format!("{}{}", token.plain, behind.plain);
                self.add(Step::Word(Word { plain: whole.clone(), key: whole, range: both, tied }));
            }
            return 2;
        }
        if let Some(joined) =
            spelling::joined(&token.plain).filter(|_| token.plain.len() == token.range.len())
        {
            let middle = token.range.start + joined.first;
            let (first, second) = token.plain.split_at(joined.first);
            let range = token.range.start..middle;
            self.add(Step::Word(Word {
                plain: first.to_owned(),
                key: joined.words.0.to_owned(),
                range,
                tied,
            }));
            self.add(word(second, joined.words.1, middle..token.range.end));
            return 1;
        }
        let key = self.key(token);
        self.add(Step::Word(Word { plain: token.plain.clone(), key, range: token.range.clone(), tied }));
        if between.trim_end().ends_with('&') {
            let at = token.range.start;
            let last = self.steps.pop();
            self.add(word("&", "and", at..at));
            self.steps.extend(last);
        }
        1
    }

    fn key(&self, token: &Token) -> String {
        // A dropped g: `goin’`.
        let dropped = token.plain.len() > 3
            && token.plain.ends_with("in")
            && self.text[token.range.end..].starts_with(is_apostrophe);
        match numbers::ordinal(&token.plain) {
            Some(digits) => digits.to_owned(),
            None if dropped => format!("{}g", token.plain),
            None => spelling::usual(&token.plain).into_owned(),
        }
    }

    /// The number that begins with the token at `at`: its tokens, how it is written, and its value in digits.
    fn number(&self, at: usize) -> Option<(usize, String, String)> {
        // Groups of digits are one word: `1,000`, `2.5`.
        let mut words: Vec<(String, usize)> = Vec::new();
        for (next, token) in self.tokens.iter().enumerate().skip(at).take(MOST_OF_A_NUMBER) {
            let before = self.before(next);
            let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
            let is_group = |last: &str| match before {
                "," => digits(last) && digits(&token.plain) && token.plain.len() == 3,
                "." => digits(last) && digits(&token.plain),
                _ => false,
            };
            match words.last_mut() {
                None => words.push((token.plain.clone(), 1)),
                Some((last, taken)) if is_group(last) => {
                    if before == "." {
                        last.push('.');
                    }
                    last.push_str(&token.plain);
                    *taken += 1;
                }
                Some(_) if before.trim().is_empty() || single(before).is_some_and(is_hyphen) => {
                    words.push((token.plain.clone(), 1));
                }
                Some(_) => break,
            }
            if next == at {
                numbers::number(std::iter::once(token.plain.as_str()))?;
            }
        }
        let (taken, value) = numbers::number(words.iter().map(|(word, _)| word.as_str()))?;
        let tokens = words[..taken].iter().map(|(_, tokens)| tokens).sum();
        let plain: Vec<&str> = words[..taken].iter().map(|(word, _)| word.as_str()).collect();
        Some((tokens, plain.join(" "), value))
    }
}

fn currency(sign: char) -> Option<&'static str> {
    match sign {
        '$' => Some("dollar"),
        '£' => Some("pound"),
        '€' => Some("euro"),
        '¥' => Some("yen"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of the words; brackets and gaps in signs.
    fn keys(text: &str) -> String {
        let step = |step: &Step| match step {
            Step::Word(word) => word.key.clone(),
            Step::Bracket(words) => {
                format!("[{}]", words.iter().map(|word| word.key.as_str()).collect::<Vec<_>>().join(" "))
            }
            Step::Gap(_) => "…".to_owned(),
        };
        steps(text, 0..text.len(), &[]).iter().map(step).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_key_stands_for_every_spelling() {
        for (text, wanted) in [
            ("I don’t, I won't, I can't, I cannot.", "i do not i will not i can not i can not"),
            ("We’re gonna; they've O’Brien’s", "we are going to they have obrien ’s"),
            ("They’re goin’ to the workers’ theatre", "they are going to the workers theater"),
            ("$1,250.50 or 2.5 million dollars, 7%", "1250.5 dollar or 2500000 dollar 7 percent"),
            ("twenty-five of the first", "25 of the 1st"),
            ("in 1984, 12 of them", "in 1984 12 of them"),
            ("“Well … I think [Voss] said. . . . enough”", "well … i think [voss] said … enough"),
            ("[T]he show want[ed] it", "the show wanted it"),
            ("[Mara Voss] left", "[mara voss] left"),
            ("[Mara Voss]’re sure", "[mara voss] are sure"),
            ("Salt & Co", "salt and co"),
        ] {
            assert_eq!(keys(text), wanted, "{text}");
        }
    }

    #[test]
    fn ranges_are_of_the_text() {
        let text = "“She can’t, won’t and didn’t pay $5 million.”";
        let whole = steps(text, 0..text.len(), &[]);
        let words: Vec<&str> = whole.iter().map(|step| &text[step.range()]).collect();
        assert_eq!(words, ["She", "can", "’t", "wo", "n’t", "and", "did", "n’t", "pay", "5 million", ""]);
        assert!(whole.windows(2).all(|pair| pair[0].range().end <= pair[1].range().start));
    }

    #[test]
    fn a_joint_is_a_gap_and_a_hyphen_ties() {
        let text = "We left. Co-stars stayed.";
        let steps = steps(text, 0..text.len(), &[8]);
        assert!(matches!(steps[2], Step::Gap(_)));
        assert!(steps[4].word().is_some_and(|word| word.plain == "stars" && word.tied));
    }
}
