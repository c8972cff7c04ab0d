//! Who said it: the person behind the words that point to the speaker.

use super::{
    antecedent::{self, Question},
    attribution::Attribution,
    clues::{Clues, Told, is_conjunction},
    confidence,
    issuers::{self, Whose},
    kind::Pending,
    lexicon::Noun,
    scan::Stretch,
    story::{By, Story},
};
use crate::{
    annotation::{NameKind, QuoteKind, Sex},
    article::Span,
};

/// Chance that a description means the only one of the story who is said to be that.
const SURE_BEARER: f32 = 0.8;

/// Chance from which it is taken to be known whom a pronoun means.
const SURE: f32 = 0.5;

/// Pronouns that tell somebody's sex where nothing else does.
const LEAST_HEARD: u32 = 2;

/// Chance from which a pronoun tells the sex of whom it means.
const SURE_OF_SEX: f32 = 0.8;

/// Tokens between two quotations of one speaker that no cue parts.
const CARRIED: usize = 14;

/// What is decided for each quote, by what it is decided from. Readers use the models; trainers know the answers.
pub trait Judge {
    /// The person behind a pointer, where that is known.
    fn person(&mut self, _question: &Question<'_>) -> Option<u32> {
        None
    }

    /// The number of the best of some candidates, and the chance that it is right.
    fn best(
        &mut self,
        story: &Story<'_>,
        stretches: &[Stretch],
        quote: &Pending,
        candidates: &[Attribution],
    ) -> (usize, f32);
}

/// Decides by the fitted model.
struct Fitted;

impl Judge for Fitted {
    fn best(
        &mut self,
        story: &Story<'_>,
        stretches: &[Stretch],
        quote: &Pending,
        candidates: &[Attribution],
    ) -> (usize, f32) {
        let sure =
            |at: usize| confidence::chance(&confidence::facts(story, stretches, quote, candidates, at));
        let named = (0..candidates.len()).filter(|&at| candidates[at].speaker.is_some());
        // The first of equals.
        let best = named.map(|at| (at, sure(at))).reduce(|best, one| if one.1 > best.1 { one } else { best });
        best.unwrap_or((0, 0.0))
    }
}

/// Attributes every quote, in order.
pub fn all(story: &Story<'_>, stretches: &[Stretch], pending: &[Pending]) -> Vec<Attribution> {
    read(story, stretches, pending, &mut Fitted)
}

/// Attributes every quote, in order, as a judge decides.
pub fn read(
    story: &Story<'_>,
    stretches: &[Stretch],
    pending: &[Pending],
    judge: &mut dyn Judge,
) -> Vec<Attribution> {
    let mut reader = Reader {
        story,
        stretches,
        clues: Clues { story, stretches },
        done: Vec::with_capacity(pending.len()),
        speakers: Vec::new(),
        known: Vec::new(),
        told: Vec::new(),
        sexes: story.sex.clone(),
        heard: vec![[0; 2]; story.sex.len()],
        strangers: Vec::new(),
        followed: 0,
        asked: None,
    };
    for (number, quote) in pending.iter().enumerate() {
        let mut candidates = reader.candidates(pending, number, quote, judge);
        // Who is told without a name is not somebody else who has one.
        let (at, sure) = match candidates[0].speaker {
            None if candidates[0].pointer.is_some() || candidates[0].verb.is_some() => (0, 0.0),
            _ => judge.best(story, stretches, quote, &candidates),
        };
        let attribution = Attribution { sure, ..candidates.swap_remove(at) };
        reader.learn(&attribution);
        reader.done.push(attribution);
    }
    reader.done
}

struct Reader<'a> {
    story: &'a Story<'a>,
    stretches: &'a [Stretch],
    clues: Clues<'a>,
    done: Vec<Attribution>,
    /// Speakers so far, each with whether a pronoun pointed to them.
    speakers: Vec<(u32, bool)>,
    /// Whom pronouns were found to mean: pointer and name.
    known: Vec<(u32, u32)>,
    /// Pointers that were found to speak.
    told: Vec<u32>,
    /// The sex of each name: what the story tells at once, and what pronouns told so far.
    sexes: Vec<Option<Sex>>,
    /// How often pronouns told of each that nothing else tells of.
    heard: Vec<[u32; 2]>,
    /// Pronouns that mean somebody whom the story does not name.
    strangers: Vec<u32>,
    /// The first pointer that no pronoun was looked for before.
    followed: u32,
    /// The pointer that was last looked behind.
    asked: Option<(u32, Option<Sex>)>,
}

impl Reader<'_> {
    /// Whoever may have said a quote, the one that the surest rule gives first, each name once.
    fn candidates(
        &mut self,
        pending: &[Pending],
        number: usize,
        quote: &Pending,
        judge: &mut dyn Judge,
    ) -> Vec<Attribution> {
        let paragraph = self.clues.paragraph(quote);
        let previous = number.checked_sub(1);
        let is_open = |before: usize| !self.stretches[pending[before].stretch].closed;
        let near_paragraph = |before: &usize| self.clues.paragraph(&pending[*before]) + 1 == paragraph;
        let same_paragraph = previous.filter(|&before| self.clues.paragraph(&pending[before]) == paragraph);
        let next_paragraph = previous.filter(near_paragraph).filter(|_| quote.kind == QuoteKind::Direct);
        let goes_on = next_paragraph.filter(|&before| is_open(before));
        let last = previous.filter(|_| quote.kind == QuoteKind::Direct);
        let is_near = same_paragraph.is_some_and(|before| quote.token - pending[before].token <= CARRIED);
        let unclosed = last.is_some_and(is_open);

        let (told, other) = self.clues.told(quote);
        let mut found = Found { candidates: Vec::new(), judge, quote };
        let bearers = told.as_ref().map_or(Vec::new(), |told| self.bearers(told.pointer, quote));
        found.told(self, told);
        for &bearer in &bearers {
            let first = found.candidates.first();
            let same = |first: &Attribution| Attribution {
                speaker: Some(bearer),
                rule: "namesake",
                ..first.clone()
            };
            found.add(first.map(same));
        }
        found.told(self, other);
        if found.candidates.is_empty()
            && let Some(verb) = self.clues.unknown_subject(quote)
        {
            found.add(Some(Attribution {
                rule: "unknown-subject",
                first_rule: "unknown-subject",
                verb: Some(verb as u32),
                cue: Some(self.story.tokens[verb].span),
                ..Attribution::default()
            }));
        }
        if !found.candidates.is_empty() {
            return found.candidates;
        }
        found.add(self.told_ahead(pending, number));
        let carry =
            |reader: &Self, before: Option<usize>, rule| before.map(|before| reader.done[before].carry(rule));
        if is_near {
            found.add(carry(self, same_paragraph, "carried-on"));
        }
        found.told(self, self.clues.sentence_before(quote));
        if !is_near {
            found.add(carry(self, same_paragraph, "carried-far"));
        }
        found.add(carry(self, goes_on, "paragraph-goes-on"));
        found.add(carry(self, next_paragraph.filter(|_| goes_on.is_none()), "next-paragraph"));
        found.told(self, self.clues.sentence_subject(quote));
        if unclosed {
            found.add(carry(self, last, "last-speaker"));
        }
        found.told(self, self.clues.paragraph_before(quote));
        found.add(carry(self, last, "last-speaker"));
        if found.candidates.is_empty() {
            found.add(Some(Attribution::of_nobody("nobody")));
        }
        found.candidates
    }

    /// A quotation that goes on in the next paragraph, and is told there whose it is.
    fn told_ahead(&mut self, pending: &[Pending], number: usize) -> Option<Attribution> {
        for (here, next) in pending[number..].iter().zip(&pending[number + 1..]) {
            let goes_on = !self.stretches[here.stretch].closed
                && self.clues.paragraph(here) + 1 == self.clues.paragraph(next)
                && self.story.paragraph(self.clues.paragraph(next)).start == next.token;
            if !goes_on {
                return None;
            }
            if let (Some(told), _) = self.clues.told(next) {
                let ahead = self.resolve(told, next);
                return Some(Attribution { carried: 0, ..ahead.carry("paragraph-goes-on") });
            }
        }
        None
    }

    fn resolve(&mut self, told: Told, quote: &Pending) -> Attribution {
        let words = self.stretches[quote.stretch].inner;
        let story = self.story;
        let pointer = story.pointers[told.pointer as usize];
        let is_cue = story.tokens[told.cue].cue.is_some() || told.rule == "according-to";
        let mut attribution = Attribution {
            speaker: None,
            mention: Some(pointer.span),
            cue: is_cue.then(|| story.tokens[told.cue].span),
            verb: story.tokens[told.cue].cue.map(|_| told.cue as u32),
            rule: told.rule,
            chance: 1.0,
            pointer: Some(told.pointer),
            ..Attribution::default()
        };
        match pointer.by {
            _ if told.qualifier => attribution.rule = "unnamed-source",
            By::Name(number) => attribution.speaker = Some(number),
            By::Pronoun(sex) => {
                (attribution.speaker, attribution.chance) = self.antecedent(told.pointer, sex, words);
                attribution.rule = match told.rule {
                    "speaker-after" => "pronoun-after",
                    "cue-before-speaker" => "cue-before-pronoun",
                    "subject-of-sentence" => "pronoun-subject",
                    "sentence-before" => "pronoun-sentence-before",
                    "sentence-around" => "pronoun-sentence-around",
                    "paragraph-before" => "pronoun-paragraph-before",
                    _ => "pronoun-before",
                };
            }
            By::Plural => attribution.rule = "they",
            // `according to eyewitness Rafe Montclair`
            By::Noun(Noun::Hidden) if self.story.is_beside_name(told.pointer) => {
                attribution.speaker = self.story.apposed(told.pointer);
                attribution.rule = "apposition";
            }
            By::Noun(Noun::Hidden) => attribution.rule = "unnamed-source",
            By::Noun(Noun::Unnamed) => {
                attribution.speaker = self.story.apposed(told.pointer);
                attribution.rule =
                    if attribution.speaker.is_some() { "apposition" } else { "unnamed-source" };
            }
            By::Noun(Noun::Mouthpiece) => {
                let only =
                    || story.only_bearer(told.pointer).filter(|_| self.story.is_known_mouth(told.pointer));
                attribution.speaker = self.story.apposed(told.pointer).or_else(only);
                attribution.rule = "spokesperson";
            }
            // `Harbour's report claims` is as sure as `Harbour claims`.
            By::Noun(Noun::Outlet | Noun::Paper | Noun::Filing)
                if let Some(Whose::Named(name)) = issuers::owner(story, told.pointer) =>
            {
                attribution.speaker = Some(name);
            }
            By::Noun(Noun::Body | Noun::Firm | Noun::Outlet) => {
                attribution.rule = "body";
                if let Some((name, rule)) = self.body(told.pointer) {
                    (attribution.speaker, attribution.rule) = (Some(name), rule);
                }
            }
            By::Noun(Noun::Filing) => {
                attribution.speaker =
                    issuers::owner(story, told.pointer).and_then(|whose| self.whose(whose, words));
                attribution.rule = "paper";
            }
            By::Noun(Noun::Paper) => {
                attribution.speaker = self.author(told.pointer, words);
                attribution.rule = "paper";
            }
            By::Noun(noun) => {
                attribution.speaker = self.story.apposed(told.pointer);
                attribution.rule = "apposition";
                if attribution.speaker.is_none() {
                    (attribution.speaker, attribution.chance) = self.described(told.pointer, noun, words);
                    attribution.rule = "description";
                }
            }
        }
        attribution.first_rule = attribution.rule;
        attribution
    }

    /// Whom a description may mean: the person last spoken of who could be it.
    fn described(&mut self, number: u32, noun: Noun, words: Span) -> (Option<u32>, f32) {
        let sex = match noun {
            Noun::Female => Some(Sex::Female),
            Noun::Male => Some(Sex::Male),
            _ => None,
        };
        if !self.story.is_definite(number) {
            return (None, 1.0);
        }
        // `her mother` is somebody else than she, and nobody the story speaks of otherwise unless it says who is one.
        if self.story.is_owned(number) {
            return (self.story.only_bearer(number), 1.0);
        }
        let (meant, chance) = self.antecedent(number, sex, words);
        // Somebody who is said to be something else gives way to the only one who is said to be this.
        let differs = meant.is_some_and(|name| self.story.has_role(name, number) == Some(false));
        match self.story.only_bearer(number) {
            Some(bearer) if differs => (Some(bearer), SURE_BEARER),
            _ => (meant, chance),
        }
    }

    /// Others who bear the surname that a pointer gives alone, where who is meant is spoken of in the words: `“Ada and I were
    /// late,” Quist said`.
    fn bearers(&self, number: u32, quote: &Pending) -> Vec<u32> {
        let pointer = self.story.pointers[number as usize];
        let By::Name(name) = pointer.by else { return Vec::new() };
        let said = pointer.span.of(self.story.text);
        let names = &self.story.found.names;
        let words = self.stretches[quote.stretch].inner;
        let is_spoken_of = |number: u32| {
            let known = &names[number as usize];
            let first = known.name.split(' ').next().unwrap_or_default();
            known.mentions.iter().any(|mention| words.contains(*mention))
                || words.of(self.story.text).split(|c: char| !c.is_alphanumeric()).any(|word| word == first)
        };
        if said.contains(' ') || names[name as usize].kind != NameKind::Person || !is_spoken_of(name) {
            return Vec::new();
        }
        let bears = |known: &crate::annotation::Name| {
            known.kind == NameKind::Person
                && known.name.contains(' ')
                && known.name.rsplit(' ').next() == Some(said)
        };
        let others =
            (0..).zip(names).filter(|(other, known)| *other != name && bears(known) && !is_spoken_of(*other));
        others.map(|(other, _)| other).collect()
    }

    /// Whose words stand in `the statement`.
    fn author(&mut self, number: u32, words: Span) -> Option<u32> {
        let whose = issuers::author(self.story, number)?;
        self.whose(whose, words)
    }

    fn whose(&mut self, whose: Whose, words: Span) -> Option<u32> {
        match whose {
            Whose::Named(name) => Some(name),
            Whose::Meant(pointer, sex) => self.antecedent(pointer, sex, words).0,
            Whose::Body(pointer) => self.body(pointer).map(|(name, _)| name),
        }
    }

    /// The organisation that a description is, and the rule that tells.
    fn body(&self, number: u32) -> Option<(u32, &'static str)> {
        issuers::body(self.story, number, self.speakers.last().map(|(name, _)| *name))
    }

    fn question(&self, pointer: u32, sex: Option<Sex>, words: Span) -> Question<'_> {
        Question {
            story: self.story,
            pointer,
            sex,
            words,
            speakers: &self.speakers,
            known: &self.known,
            sexes: &self.sexes,
        }
    }

    /// Finds out whom the pronouns before a pointer mean, in order: who was spoken of last is not always who was named last.
    fn follow(&mut self, number: u32) {
        for earlier in self.followed..number {
            let pointer = self.story.pointers[earlier as usize];
            let sex = match pointer.by {
                By::Pronoun(sex) => sex,
                By::Noun(Noun::Person | Noun::Male | Noun::Female) if self.has_roles(earlier) => None,
                _ => continue,
            };
            if self.known.iter().any(|(known, _)| *known == earlier) {
                continue;
            }
            if sex.is_some() && self.is_stranger(earlier, sex) {
                self.strangers.push(earlier);
                continue;
            }
            let nothing = Span::new(pointer.span.start as usize, pointer.span.start as usize);
            let best = antecedent::best(self.story, &self.question(earlier, sex, nothing));
            if let Some((name, chance)) = best.filter(|(_, chance)| *chance >= SURE) {
                self.known.push((earlier, name));
                if chance >= SURE_OF_SEX {
                    self.hear_sex(name, sex);
                }
            }
        }
        self.followed = self.followed.max(number);
    }

    /// Takes down the sex that a pronoun told of somebody whose sex nothing else tells.
    fn hear_sex(&mut self, name: u32, sex: Option<Sex>) {
        let Some(sex) = sex.filter(|_| self.sexes[name as usize].is_none()) else { return };
        let told = &mut self.heard[name as usize];
        told[usize::from(sex == Sex::Female)] += 1;
        let [male, female] = *told;
        if male.max(female) >= LEAST_HEARD && male.min(female) == 0 {
            self.sexes[name as usize] = Some(sex);
        }
    }

    /// Whether a pronoun means somebody whom the story does not name: `A waitress heard it all. “…,” she told us.`
    fn is_stranger(&self, number: u32, sex: Option<Sex>) -> bool {
        let story = self.story;
        let here = story.pointers[number as usize];
        for earlier in (0..number).rev() {
            let pointer = story.pointers[earlier as usize];
            if here.sentence - pointer.sentence > 1 || !story.is_one_paragraph(pointer.span, here.span) {
                return false;
            }
            if pointer.possessive || pointer.oblique {
                continue;
            }
            match pointer.by {
                By::Name(name)
                    if story.found.names[name as usize].kind == NameKind::Person
                        && self.sexes[name as usize].is_none_or(|own| sex.is_none_or(|sex| own == sex)) =>
                {
                    return false;
                }
                By::Pronoun(own) if own == sex => return self.strangers.contains(&earlier),
                By::Noun(noun) if self.is_unnamed(earlier, noun, sex) => return true,
                By::Noun(Noun::Person | Noun::Female | Noun::Male) => return false,
                _ => (),
            }
        }
        false
    }

    /// Whether a description is of one person, of that sex if it tells one, whom the story does not name.
    fn is_unnamed(&self, number: u32, noun: Noun, sex: Option<Sex>) -> bool {
        let story = self.story;
        let pointer = story.pointers[number as usize];
        let head = story.head_noun(number);
        let agrees = match noun {
            Noun::Female => sex == Some(Sex::Female),
            Noun::Male => sex == Some(Sex::Male),
            Noun::Hidden | Noun::Unnamed | Noun::Mouthpiece => true,
            Noun::Person => !story.is_definite(number),
            _ => false,
        };
        let is_one = !head.ends_with('s') || head.ends_with("ss");
        let has_article = pointer.last - pointer.first > 1;
        let is_new = !matches!(noun, Noun::Female | Noun::Male) || !story.is_definite(number);
        // `As a reader says, …`, `A reporter asks: “…?”`: somebody else answers.
        let is_aside = pointer.first.checked_sub(1).is_some_and(|n| {
            let word = story.word(n as usize).to_lowercase();
            word == "as" || is_conjunction(&word)
        });
        let asks = (pointer.last as usize..story.tokens.len())
            .take_while(|&n| story.tokens[n].sentence == pointer.sentence)
            .any(|n| matches!(story.word(n), "ask" | "asks" | "asked" | "asking"));
        pointer.subject
            && agrees
            && is_one
            && has_article
            && is_new
            && !is_aside
            && !asks
            && !self.known.iter().any(|(known, _)| *known == number)
            && self.story.apposed(number).is_none()
            && story.only_bearer(number).is_none()
    }

    /// Whether somebody named before is said to be what a description says.
    fn has_roles(&self, number: u32) -> bool {
        let story = self.story;
        story.is_definite(number)
            && (story.roles.iter()).any(|role| story.has_role(role.name, number) == Some(true))
    }

    /// The person a pronoun stands for, and the chance of the choice.
    fn antecedent(&mut self, number: u32, sex: Option<Sex>, words: Span) -> (Option<u32>, f32) {
        self.follow(number);
        if let Some(&(_, name)) =
            self.known.iter().find(|(known, _)| *known == number && self.told.contains(known))
        {
            return (Some(name), 1.0);
        }
        if matches!(self.story.pointers[number as usize].by, By::Pronoun(_)) && self.is_stranger(number, sex)
        {
            self.strangers.push(number);
            return (None, 1.0);
        }
        self.asked = Some((number, sex));
        match antecedent::best(self.story, &self.question(number, sex, words)) {
            Some((name, chance)) => (Some(name), chance),
            None => (self.only_person(sex), 0.5),
        }
    }

    fn learn(&mut self, attribution: &Attribution) {
        let Some(name) = attribution.speaker else { return };
        let Some(number) = attribution.pointer else { return };
        let by = self.story.pointers[number as usize].by;
        self.speakers.push((name, matches!(by, By::Pronoun(_))));
        if let By::Pronoun(sex) = by
            && attribution.carried == 0
            && attribution.chance >= SURE_OF_SEX
        {
            self.hear_sex(name, sex);
        }
        if !matches!(by, By::Name(_)) {
            self.told.push(number);
            match self.known.iter_mut().find(|(known, _)| *known == number) {
                Some(known) => known.1 = name,
                None => self.known.push((number, name)),
            }
        }
    }

    /// The only person of the story of that sex.
    fn only_person(&self, sex: Option<Sex>) -> Option<u32> {
        let mut fitting = (0..).zip(&self.story.found.names).filter(|(number, name)| {
            name.kind == NameKind::Person
                && self.sexes[*number as usize].is_none_or(|own| sex.is_none_or(|sex| own == sex))
        });
        let (number, _) = fitting.next()?;
        fitting.next().is_none().then_some(number)
    }
}

/// Candidates of a quote, as they are found.
struct Found<'a> {
    candidates: Vec<Attribution>,
    judge: &'a mut dyn Judge,
    quote: &'a Pending,
}

impl Found<'_> {
    fn told(&mut self, reader: &mut Reader<'_>, told: Option<Told>) {
        let Some(told) = told else { return };
        let is_it = reader.story.head_noun(told.pointer).eq_ignore_ascii_case("it");
        let mut attribution = reader.resolve(told, self.quote);
        // Nothing that issues words was spoken of: `it` is something else.
        if is_it && attribution.speaker.is_none() {
            return;
        }
        if let Some((pointer, sex)) = reader.asked.take()
            && attribution.pointer == Some(pointer)
        {
            let words = reader.stretches[self.quote.stretch].inner;
            let known = self.judge.person(&reader.question(pointer, sex, words));
            attribution.speaker = known.or(attribution.speaker);
        }
        self.add(Some(attribution));
    }

    /// Adds a candidate; without a name it counts only as the first.
    fn add(&mut self, attribution: Option<Attribution>) {
        let Some(attribution) = attribution else { return };
        let is_first = self.candidates.is_empty();
        let is_new = !self.candidates.iter().any(|other| other.speaker == attribution.speaker);
        if is_first || attribution.speaker.is_some() && is_new {
            self.candidates.push(attribution);
        } else if let Some(same) =
            self.candidates.iter_mut().find(|other| other.speaker == attribution.speaker)
        {
            same.votes += 1;
        }
    }
}
