//! The story as the reader of quotes sees it: the words outside quotation marks, with cues and pointers to people.

use std::borrow::Cow;

use super::{
    lexicon::{self, Cue, Known, Noun, Small},
    scan::Stretch,
};
use crate::{
    annotation::{Annotations, NameKind, Sex},
    article::Span,
    extract::names::{lexicon::LEXICON, tokens::word_hash},
};

/// Words behind an owner within which stands what is owned: `Harbour's latest cover story`.
pub(super) const OWNED: usize = 4;

/// One word or mark outside quotation marks.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// Sentence it stands in.
    pub sentence: u32,
    /// The cue it is.
    pub cue: Option<Cue>,
    /// What it is besides.
    pub kind: TokenKind,
    /// What the lists say of a word.
    pub known: Known,
    /// Pointer that it belongs to.
    pub pointer: Option<u32>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word.
    Word,
    /// A preposition.
    Preposition,
    /// `that`.
    That,
    /// `to be`, `to have`, a modal: may stand between a subject and its cue.
    Auxiliary,
    /// A comma or dash.
    Comma,
    /// A colon.
    Colon,
    /// A mark that ends a sentence.
    Stop,
    /// A quoted stretch, by number.
    Quoted(u32),
}

/// Words that point to somebody.
#[derive(Clone, Copy, Debug)]
pub struct Pointer {
    /// Where they stand.
    pub span: Span,
    /// First token.
    pub first: u32,
    /// One past the last token.
    pub last: u32,
    /// Sentence they stand in.
    pub sentence: u32,
    /// How they point.
    pub by: By,
    /// Whether a possessive ending follows: not who acts, but whose.
    pub possessive: bool,
    /// Whether they begin the sentence or follow nothing but marks and adverbs.
    pub subject: bool,
    /// Whether a preposition stands before them, or a verb that has them told.
    pub oblique: bool,
}

/// How words point to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By a name: number in [`Annotations::names`].
    Name(u32),
    /// `he`, `she`.
    Pronoun(Option<Sex>),
    /// `they`, `we`, `I`.
    Plural,
    /// By a description.
    Noun(Noun),
}

/// What somebody is, as the story says: `singer Mia Schachter`, `Mia Schachter, a singer`.
#[derive(Clone, Copy, Debug)]
pub struct Role<'a> {
    /// Number of the name.
    pub name: u32,
    /// The noun.
    pub noun: &'a str,
}

/// A story ready for attribution.
pub struct Story<'a> {
    /// Its text.
    pub text: &'a str,
    /// What was found before.
    pub found: &'a Annotations,
    /// Tokens of all paragraphs.
    pub tokens: Vec<Token>,
    /// First token of each paragraph, and the end.
    pub starts: Vec<u32>,
    /// Pointers in order.
    pub pointers: Vec<Pointer>,
    /// Sex of each name.
    pub sex: Vec<Option<Sex>>,
    /// What people are said to be.
    pub roles: Vec<Role<'a>>,
    /// Whether each name is of an outlet, as a list or the story says.
    pub outlets: Vec<bool>,
}

impl<'a> Story<'a> {
    /// Reads a story.
    pub fn read(text: &'a str, found: &'a Annotations, stretches: &[Stretch]) -> Self {
        let mut story = Self {
            text,
            found,
            tokens: Vec::with_capacity(text.len() / 5),
            starts: Vec::new(),
            pointers: Vec::new(),
            sex: Vec::new(),
            roles: Vec::new(),
            outlets: Vec::new(),
        };
        story.sex = found.names.iter().map(|name| name.sex.or_else(|| told_sex(&name.name))).collect();
        let mut mentions: Vec<(Span, u32)> = (0..)
            .zip(&found.names)
            .filter(|(_, name)| matches!(name.kind, NameKind::Person | NameKind::Org))
            .flat_map(|(number, name)| name.mentions.iter().map(move |&span| (span, number)))
            .collect();
        mentions.sort();
        story.tokenise(stretches, &mentions);
        story.point(&mentions);
        story.hear_roles();
        story.hear_sexes();
        story.hear_outlets();
        story.verbs_behind_quotes(stretches);
        story
    }

    /// The noun of a description: `singer` of `the Irish singer`.
    pub fn head_noun(&self, pointer: u32) -> &'a str {
        let pointer = self.pointers[pointer as usize];
        let word = self.word(pointer.last as usize - 1);
        let word = word.strip_suffix("’s").or(word.strip_suffix("'s")).unwrap_or(word);
        word.rsplit('-').next().unwrap_or(word)
    }

    /// Whether words speak of one thing that was spoken of before: `the magazine`, not `a magazine`.
    pub fn is_definite(&self, pointer: u32) -> bool {
        let said = self.pointers[pointer as usize].span.of(self.text);
        let article = lowered(said.split(' ').next().unwrap_or_default());
        !matches!(&*article, "a" | "an" | "one" | "another" | "some" | "several" | "two" | "multiple")
    }

    /// Whether a description is of somebody's own: `her mother`.
    pub fn is_owned(&self, pointer: u32) -> bool {
        let said = self.pointers[pointer as usize].span.of(self.text);
        let first = lowered(said.split(' ').next().unwrap_or_default());
        matches!(&*first, "his" | "her" | "their" | "its")
    }

    /// Whether two places stand in one paragraph, the first before the second.
    pub fn is_one_paragraph(&self, first: Span, second: Span) -> bool {
        let number = |at: u32| self.found.paragraphs.partition_point(|paragraph| paragraph.start <= at);
        number(first.start) == number(second.start)
    }

    /// Tokens of a paragraph.
    pub fn paragraph(&self, number: usize) -> std::ops::Range<usize> {
        self.starts[number] as usize..self.starts[number + 1] as usize
    }

    /// A token's words.
    pub fn word(&self, token: usize) -> &'a str {
        self.tokens[token].span.of(self.text)
    }

    fn tokenise(&mut self, stretches: &[Stretch], mentions: &[(Span, u32)]) {
        let mut stretch = 0;
        let mut mention = 0;
        let mut sentence = 0;
        for &paragraph in &self.found.paragraphs {
            self.starts.push(self.tokens.len() as u32);
            let (mut at, end) = (paragraph.start as usize, paragraph.end as usize);
            while at < end {
                if self.text.as_bytes()[at] == b' ' {
                    at += 1;
                    continue;
                }
                while stretch < stretches.len() && (stretches[stretch].outer.end as usize) <= at {
                    stretch += 1;
                }
                while sentence < self.found.sentences.len()
                    && (self.found.sentences[sentence].end as usize) <= at
                {
                    sentence += 1;
                }
                while mention < mentions.len() && (mentions[mention].0.end as usize) <= at {
                    mention += 1;
                }
                let token = |span, kind| {
                    let known = Known::default();
                    Token { span, sentence: sentence as u32, cue: None, kind, known, pointer: None }
                };
                if let Some(quoted) =
                    stretches.get(stretch).filter(|quoted| quoted.outer.start as usize == at)
                {
                    self.tokens.push(token(quoted.outer, TokenKind::Quoted(stretch as u32)));
                    at = quoted.outer.end as usize;
                    continue;
                }
                let c = self.text[at..].chars().next().unwrap_or(' ');
                let next = at + c.len_utf8();
                if !c.is_alphanumeric() {
                    let end = self.found.sentences.get(sentence).map_or(end, |own| own.end as usize);
                    let goes_on =
                        c == '.' && self.text[next..end.max(next)].chars().any(char::is_alphanumeric);
                    let alone = c != '-' || self.is_alone(at, next);
                    // The mark of `E! host` and `P!nk` is a letter of the name.
                    let named = mentions
                        .get(mention)
                        .is_some_and(|(named, _)| (named.start as usize..named.end as usize).contains(&at));
                    if let Some(kind) = mark(c).filter(|_| !goes_on && alone && !named) {
                        self.tokens.push(token(Span::new(at, next), kind));
                    }
                    at = next;
                    continue;
                }
                let stop = self.word_end(at, end);
                let span = Span::new(at, stop);
                let word = span.of(self.text);
                let known = lexicon::known(&lowered(word));
                let inside = mentions.get(mention).is_some_and(|(mention, _)| mention.overlaps(span));
                let kind = if inside { TokenKind::Word } else { word_kind(known) };
                let is_noun =
                    known.may_be_noun && self.tokens.last().is_some_and(|before| before.known.leads_noun);
                let cue = known.cue.filter(|_| !inside && !is_noun);
                self.tokens.push(Token { cue, known, ..token(span, kind) });
                at = stop;
            }
        }
        self.starts.push(self.tokens.len() as u32);
    }

    /// Whether a hyphen stands for a dash: between blanks, or between the end of a quotation and a name.
    fn is_alone(&self, at: usize, next: usize) -> bool {
        let before = self.text[..at].chars().next_back();
        let after = self.text[next..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric())
            && after.is_some_and(|c| c.is_whitespace() || c.is_uppercase())
    }

    fn word_end(&self, at: usize, end: usize) -> usize {
        let rest = &self.text[at..end];
        // Most words are plain and have a plain end.
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if rest.as_bytes().get(plain).is_some_and(|end| matches!(end, b' ' | b',' | b'\n')) {
            return at + plain;
        }
        let mut stop = 0;
        let mut chars = rest.char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let joins = matches!(c, '-' | '\'' | '’' | '.' | '&')
                && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !c.is_alphanumeric() && !joins {
                break;
            }
            stop = offset + c.len_utf8();
        }
        at + stop
    }

    fn point(&mut self, mentions: &[(Span, u32)]) {
        let mut at = 0;
        let mut mention = 0;
        while at < self.tokens.len() {
            let token = self.tokens[at];
            while mention < mentions.len() && mentions[mention].0.end <= token.span.start {
                mention += 1;
            }
            let named = mentions.get(mention).filter(|(span, _)| span.overlaps(token.span));
            if let Some(&(span, number)) = named.filter(|_| token.kind == TokenKind::Word) {
                let last = (at..self.tokens.len())
                    .find(|&n| !span.overlaps(self.tokens[n].span))
                    .unwrap_or(self.tokens.len());
                self.add(span, at, last, By::Name(number));
                at = last;
                continue;
            }
            if token.kind == TokenKind::Word {
                self.describe(at);
                self.phrase_beside_cue(at);
            }
            at += 1;
        }
    }

    /// `a snitch told`, `admitted one punter`, `the organiser said`: a noun that no list knows, beside a verb of speech.
    fn phrase_beside_cue(&mut self, at: usize) {
        let is_cue = |n: usize| self.tokens[n].cue.is_some_and(|cue| cue != Cue::Think);
        // `put down her pen and said`, `tweeted her reasons saying` are told of somebody else.
        let joins =
            |n: usize| matches!(self.word(n), "and" | "or" | "but" | "then" | "not" | "who" | "which");
        let free = |n: usize| {
            self.tokens[n].kind == TokenKind::Word && self.tokens[n].pointer.is_none() && !joins(n)
        };
        if is_cue(at) && !self.word(at).ends_with("ing") {
            let last =
                self.before_age(at).checked_sub(1).filter(|&n| free(n) && self.tokens[n].cue.is_none());
            let Some(last) = last else { return };
            let first = self.article_before(last);
            if first == last {
                return;
            }
            let by = match self.word(first).to_lowercase().as_str() {
                "a" | "an" | "one" | "another" | "some" | "several" | "two" | "multiple" => Noun::Unnamed,
                _ if is_agent(self.word(last)) => Noun::Person,
                _ => Noun::Body,
            };
            let span = Span::new(self.tokens[first].span.start as usize, self.tokens[last].span.end as usize);
            self.add(span, first, last + 1, By::Noun(by));
        } else if matches!(self.word(at), "a" | "an" | "one")
            && free(at)
            && at.checked_sub(1).is_some_and(is_cue)
            && at.checked_sub(2).is_some_and(|n| matches!(self.tokens[n].kind, TokenKind::Quoted(_)))
            && at + 1 < self.tokens.len()
            && self.tokens[at + 1].kind == TokenKind::Word
        {
            const WITHIN: usize = 4;
            let after = (at + 1..self.tokens.len().min(at + WITHIN))
                .take_while(|&n| self.tokens[n].kind == TokenKind::Word);
            if after.into_iter().all(|n| lexicon::noun(self.word(n)).is_none()) {
                let span =
                    Span::new(self.tokens[at].span.start as usize, self.tokens[at + 1].span.end as usize);
                self.add(span, at, at + 2, By::Noun(Noun::Unnamed));
            }
        }
    }

    /// The token that stands right behind a noun phrase: that at `at`, or the comma before an age, `the legend, 41, told`.
    fn before_age(&self, at: usize) -> usize {
        let is_comma = |n: usize| self.tokens[n].kind == TokenKind::Comma;
        let is_age =
            |n: usize| self.word(n).len() <= 2 && self.word(n).bytes().all(|byte| byte.is_ascii_digit());
        let aged = at >= 4 && is_comma(at - 1) && is_age(at - 2) && is_comma(at - 3);
        if aged && self.tokens[at - 4].sentence == self.tokens[at].sentence { at - 3 } else { at }
    }

    /// `“…!” fumed Jill Farrell`, `“…,” Milo sneered`: right behind a quotation, a verb beside a person reports speech
    /// whatever it is.
    fn verbs_behind_quotes(&mut self, stretches: &[Stretch]) {
        // `as Mia Schachter put it`
        for at in 1..self.tokens.len() {
            if self.word(at) == "it" && matches!(self.word(at - 1), "put" | "puts") {
                self.tokens[at - 1].cue = Some(Cue::Say);
            }
        }
        for at in 0..self.tokens.len() {
            let TokenKind::Quoted(number) = self.tokens[at].kind else { continue };
            let words = stretches[number as usize].inner.of(self.text);
            let stopped = words.trim_end_matches(['’', '\'', '”']).ends_with([',', '!', '?', '…', '—']);
            if !stopped || words.split_whitespace().count() < LEAST_REPORTED || at + 2 >= self.tokens.len() {
                continue;
            }
            let person = |n: usize| {
                self.tokens.get(n)?.pointer.filter(|&number| {
                    let pointer = self.pointers[number as usize];
                    !pointer.possessive && !pointer.oblique && pointer.first as usize == n
                })
            };
            let verb = match person(at + 1) {
                Some(pointer) => {
                    let next = self.pointers[pointer as usize].last as usize;
                    let skip = self.tokens.get(next).is_some_and(|_| self.word(next).ends_with("ly"));
                    next + usize::from(skip)
                }
                None if person(at + 2).is_some() => at + 1,
                None if self.word(at + 2).starts_with(char::is_uppercase) && person(at + 3).is_some() => {
                    at + 1
                }
                None => continue,
            };
            let Some(token) = self.tokens.get(verb).filter(|token| token.kind == TokenKind::Word) else {
                continue;
            };
            let word = self.word(verb);
            let is_verb = word.len() >= 4
                && (word.ends_with("ed") || (word.ends_with('s') && !word.ends_with("ss")))
                && word.starts_with(char::is_lowercase);
            let quotes = matches!(word, "quoted" | "cited" | "quotes" | "cites");
            if is_verb && !quotes && token.pointer.is_none() && token.cue.is_none() {
                self.tokens[verb].cue = Some(Cue::Say);
            }
        }
    }

    /// The verb of speech that a pronoun is the subject of: `it said`, `it also claims`.
    fn verb_behind(&self, at: usize) -> Option<usize> {
        let next = |n: usize| self.tokens.get(n).filter(|token| token.sentence == self.tokens[at].sentence);
        let skips = |n: usize| matches!(self.word(n), "also" | "had" | "has" | "later" | "then" | "further");
        let verb = at + 1 + usize::from(next(at + 1).is_some() && skips(at + 1));
        next(verb).filter(|token| matches!(token.cue, Some(Cue::Say | Cue::Write))).map(|_| verb)
    }

    /// Adds the pointer that a word is, if it is one.
    fn describe(&mut self, at: usize) {
        let (word, known) = (self.word(at), self.tokens[at].known);
        // Most words are nothing, and have nothing inside by which they could be.
        let is_plain = || word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if known.noun.is_none() && known.small.is_none() && is_plain() {
            return;
        }
        let word = lowered(word);
        let by = match &*word {
            "he" => Some(By::Pronoun(Some(Sex::Male))),
            "she" => Some(By::Pronoun(Some(Sex::Female))),
            "they" => Some(By::Plural),
            "it" => self.verb_behind(at).map(|verb| {
                let reads = matches!(self.word(verb), "read" | "reads" | "reading");
                By::Noun(if reads { Noun::Paper } else { Noun::Firm })
            }),
            _ => None,
        };
        if let Some(by) = by {
            return self.add(self.tokens[at].span, at, at + 1, by);
        }
        let bare = word.trim_end_matches("'s").trim_end_matches("’s");
        // `the gran-of-six`
        let tail = if !bare.contains('-') {
            bare
        } else if let Some((head, _)) = bare.split_once("-of-") {
            head
        } else {
            bare.rsplit('-').next().unwrap_or(bare)
        };
        let aged = bare.ends_with("-year-old");
        let noun =
            if aged { Some(Noun::Person) } else { lexicon::noun(bare).or_else(|| lexicon::noun(tail)) };
        let Some(noun) = noun else { return };
        let first = self.article_before(at);
        // `Judge Holloway's statement reads`
        let is_owned = matches!(noun, Noun::Paper | Noun::Filing | Noun::Outlet)
            && self.pointers.last().is_some_and(|owner| {
                let between = owner.last as usize..at;
                owner.possessive
                    && between.len() < OWNED
                    && between.clone().all(|n| self.tokens[n].kind == TokenKind::Word)
            });
        if first == at
            && self.tokens[at].kind == TokenKind::Word
            && !is_owned
            && !matches!(noun, Noun::Unnamed | Noun::Hidden | Noun::Mouthpiece | Noun::Body)
        {
            return;
        }
        // The noun before another noun only qualifies it: "a police source", "the network executive".
        let span = Span::new(
            self.tokens[first].span.start as usize,
            self.tokens[at].span.start as usize + bare.len(),
        );
        if let Some(last) = self.pointers.last().filter(|last| {
            last.last as usize > first
                || (last.last as usize == at
                    && matches!(last.by, By::Noun(_))
                    && last.span.end + 1 >= self.tokens[at].span.start)
        }) && matches!(last.by, By::Noun(_))
        {
            let (from, start) = (last.first as usize, last.span.start as usize);
            self.pointers.pop();
            return self.add(Span::new(start, span.end as usize), from, at + 1, By::Noun(noun));
        }
        self.add(span, first, at + 1, By::Noun(noun));
    }

    /// The token with the article or possessive that begins the noun phrase ending at `at`; `at` itself when there is none.
    fn article_before(&self, at: usize) -> usize {
        const WITHIN: usize = 5;
        for back in (at.saturating_sub(WITHIN)..at).rev() {
            let token = self.tokens[back];
            if !matches!(token.kind, TokenKind::Word) || token.sentence != self.tokens[at].sentence {
                return at;
            }
            // `the Night Bus star`: the name of what she is known for.
            if let Some(number) = token.pointer {
                let pointer = self.pointers[number as usize];
                let is_body = matches!(pointer.by, By::Name(name) if self.found.names[name as usize].kind != NameKind::Person);
                if !is_body || pointer.possessive {
                    return at;
                }
                continue;
            }
            if token.known.is_article {
                return back;
            }
            if token.cue.is_some() {
                return at;
            }
        }
        at
    }

    fn add(&mut self, span: Span, first: usize, last: usize, by: By) {
        let rest = &self.text[span.end as usize..];
        let possessive = rest.starts_with("'s")
            || rest.starts_with("’s")
            || rest.starts_with("‘s")
            || (rest.starts_with(['’', '\'']) && span.of(self.text).ends_with('s'));
        let sentence = self.tokens[first].sentence;
        let same = |n: &usize| self.tokens[*n].sentence == sentence;
        let titles = (first.saturating_sub(2)..first)
            .rev()
            .take_while(|n| {
                let token = &self.tokens[*n];
                token.kind == TokenKind::Word
                    && token.pointer.is_none()
                    && self.word(*n).starts_with(char::is_uppercase)
            })
            .count();
        let before = (first - titles).checked_sub(1).filter(same);
        // `Secretary of State Rafe Montclair`: the preposition belongs to the office.
        let is_office = |n: usize| {
            self.tokens[n].pointer.is_none() && self.word(n).starts_with(char::is_uppercase)
                || matches!(lexicon::noun(&lowered(self.word(n))), Some(Noun::Person | Noun::Mouthpiece))
        };
        let of_office = |n: usize| {
            matches!(self.word(n), "of" | "for") && n.checked_sub(1).filter(same).is_some_and(is_office)
        };
        let is_person =
            matches!(by, By::Name(name) if self.found.names[name as usize].kind == NameKind::Person);
        let before = before.filter(|&n| titles == 0 || !is_person || !of_office(n));
        let is_preposition = |n: usize| self.tokens[n].kind == TokenKind::Preposition;
        let is_article =
            |n: usize| matches!(self.word(n), "the" | "a" | "an" | "his" | "her" | "their" | "The");
        let is_told = |n: usize| self.tokens[n].cue.is_some() && lexicon::has_hearer(self.word(n));
        let before_it = before.map(|n| if is_article(n) { n.saturating_sub(1) } else { n }).filter(same);
        // `after he said`: who acts has another form behind a preposition.
        let acts = matches!(by, By::Pronoun(_));
        let oblique = !acts
            && (before.is_some_and(is_preposition)
                || before_it.is_some_and(|n| is_preposition(n) || is_told(n)));
        let number = self.pointers.len() as u32;
        let subject = !oblique
            && !self
                .pointers
                .iter()
                .rev()
                .take_while(|other| other.sentence == sentence)
                .any(|other| other.subject);
        self.tokens[first..last].iter_mut().for_each(|token| token.pointer = Some(number));
        self.pointers.push(Pointer {
            span,
            first: first as u32,
            last: last as u32,
            sentence,
            by,
            possessive,
            subject: subject && !possessive,
            oblique,
        });
    }
}

/// Words of the shortest quotation that any verb behind it reports.
const LEAST_REPORTED: usize = 2;

/// Whether a noun ends as those for people do: `organiser`, `guitarist`, `spokesman`.
fn is_agent(noun: &str) -> bool {
    ["er", "or", "ist", "man", "woman", "ian", "ee", "ess"].iter().any(|ending| noun.ends_with(ending))
}

fn mark(c: char) -> Option<TokenKind> {
    match c {
        ',' | '—' | '–' | '―' | '-' | '(' | ')' | ';' => Some(TokenKind::Comma),
        ':' => Some(TokenKind::Colon),
        '.' | '!' | '?' | '…' => Some(TokenKind::Stop),
        _ => None,
    }
}

/// A word in lower case; as it stands when it is that already.
fn lowered(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(if word.is_ascii() {
        word.to_ascii_lowercase()
    } else {
        word.chars().flat_map(char::to_lowercase).collect()
    })
}

/// What a word is by itself.
fn word_kind(known: Known) -> TokenKind {
    match known.small {
        Some(Small::Preposition) => TokenKind::Preposition,
        Some(Small::Auxiliary) => TokenKind::Auxiliary,
        Some(Small::That) => TokenKind::That,
        Some(Small::Pronoun) | None => TokenKind::Word,
    }
}

/// The sex that a name's first name tells.
fn told_sex(name: &str) -> Option<Sex> {
    let first = name.split_whitespace().next()?;
    name.contains(' ').then(|| LEXICON.word(word_hash(first)).sex())?
}
