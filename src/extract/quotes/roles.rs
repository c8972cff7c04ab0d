//! What the story says of people: what they are, how old, of which sex.

use super::{
    lexicon::{self, Noun},
    story::{By, Role, Story, TokenKind},
};
use crate::annotation::{NameKind, Sex};

/// Pronouns behind a name that tell its sex, and how many times as many they must be as those that tell the other.
const LEAST_TOLD: u32 = 2;
const LEAST_MAJORITY: u32 = 4;

impl<'a> Story<'a> {
    /// Gives people whose sex nothing told the one that pronouns tell in sentences that name nobody else before them.
    pub(super) fn hear_sexes(&mut self) {
        let mut told = vec![[0u32; 2]; self.sex.len()];
        for sentence in self.pointers.chunk_by(|a, b| a.sentence == b.sentence) {
            let mut only = None;
            for pointer in sentence {
                match pointer.by {
                    By::Name(name) if self.found.names[name as usize].kind == NameKind::Person => {
                        match only {
                            Some(other) if other != name => break,
                            _ => only = Some(name),
                        }
                    }
                    By::Pronoun(Some(sex)) => {
                        let Some(name) = only else { break };
                        told[name as usize][usize::from(sex == Sex::Female)] += 1;
                    }
                    _ => (),
                }
            }
        }
        // `his mother, Mia Schachter`
        for role in &self.roles {
            match lexicon::noun(&role.noun.to_lowercase()) {
                Some(Noun::Male) => told[role.name as usize][0] += LEAST_TOLD,
                Some(Noun::Female) => told[role.name as usize][1] += LEAST_TOLD,
                _ => (),
            }
        }
        for (sex, [male, female]) in self.sex.iter_mut().zip(told) {
            let (most, least) = (male.max(female), male.min(female));
            if sex.is_none() && most >= LEAST_TOLD && most >= LEAST_MAJORITY * least {
                *sex = Some(if male > female { Sex::Male } else { Sex::Female });
            }
        }
    }

    /// Takes down what people are said to be.
    pub(super) fn hear_roles(&mut self) {
        for (number, pair) in self.pointers.windows(2).enumerate() {
            let [first, second] = pair else { continue };
            let between = || first.last as usize..second.first as usize;
            let is_comma = |n: usize| self.tokens[n].kind == TokenKind::Comma;
            let is_being = |n: usize| matches!(self.word(n), "is" | "was");
            if first.sentence != second.sentence || first.possessive {
                continue;
            }
            let told = match (first.by, second.by) {
                // `the singer, Mia Schachter`
                (By::Noun(_), By::Name(name)) if between().all(is_comma) => Some((name, number)),
                (By::Name(name), By::Noun(_))
                    if between().len() == 1 && between().all(|n| is_comma(n) || is_being(n))
                        || between().len() == 2 && self.tokens[between().start].span.len() == 1 =>
                {
                    Some((name, number + 1))
                }
                _ => None,
            };
            let Some((name, noun)) = told else { continue };
            let By::Noun(kind) = self.pointers[noun].by else { continue };
            if self.may_be(name, kind) {
                self.roles.push(Role { name, noun: self.head_noun(noun as u32) });
            }
        }
        // `Mia Schachter, 41,`
        for pointer in &self.pointers {
            let By::Name(name) = pointer.by else { continue };
            let (comma, age) = (pointer.last as usize, pointer.last as usize + 1);
            let here = |n: usize| self.tokens.get(n).is_some_and(|token| token.sentence == pointer.sentence);
            if here(age) && self.tokens[comma].kind == TokenKind::Comma && is_number(self.word(age)) {
                self.roles.push(Role { name, noun: self.word(age) });
            }
        }
        // `singer Mia Schachter`: a noun without an article is no pointer.
        for pointer in &self.pointers {
            let By::Name(name) = pointer.by else { continue };
            let Some(before) = pointer.first.checked_sub(1).map(|n| n as usize) else { continue };
            let token = self.tokens[before];
            if token.sentence == pointer.sentence && token.kind == TokenKind::Word && token.pointer.is_none()
            {
                let noun = self.word(before);
                if lexicon::noun(&noun.to_lowercase()).is_some_and(|kind| self.may_be(name, kind)) {
                    self.roles.push(Role { name, noun });
                }
            }
        }
    }

    /// Whether a noun can say what a person or an organisation is.
    fn may_be(&self, name: u32, noun: Noun) -> bool {
        match self.found.names[name as usize].kind {
            NameKind::Person => matches!(noun, Noun::Person | Noun::Female | Noun::Male | Noun::Mouthpiece),
            _ => matches!(noun, Noun::Body | Noun::Firm | Noun::Outlet),
        }
    }

    /// The only one of the story who is said to be what a description says.
    pub fn only_bearer(&self, pointer: u32) -> Option<u32> {
        let wanted = self.told_of(pointer);
        let mut bearers =
            self.roles.iter().filter(|role| role.noun.eq_ignore_ascii_case(wanted)).map(|role| role.name);
        let first = bearers.next()?;
        bearers.all(|other| other == first).then_some(first)
    }

    /// Whether somebody is said to be what a description says: nothing where the story does not say what they are.
    pub fn has_role(&self, name: u32, pointer: u32) -> Option<bool> {
        let wanted = self.told_of(pointer);
        let is_age = is_number(wanted);
        let alike = |role: &&Role<'_>| role.name == name && is_number(role.noun) == is_age;
        let mut roles = self.roles.iter().filter(alike).peekable();
        roles.peek()?;
        Some(roles.any(|role| role.noun.eq_ignore_ascii_case(wanted)))
    }

    /// What a description tells of whom it means: `singer` of `the Irish singer`, `41` of `the 41-year-old singer`.
    fn told_of(&self, pointer: u32) -> &'a str {
        let here = self.pointers[pointer as usize];
        let mut words = (here.first..here.last).map(|n| self.word(n as usize));
        let age = words.find_map(|word| word.split_once("-year-old")).map(|(age, _)| age);
        age.unwrap_or_else(|| self.head_noun(pointer))
    }
}

/// Whether a word is a number of two digits, as ages are.
fn is_number(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}
