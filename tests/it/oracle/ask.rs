//! A query as the oracle makes it, and how it is written.

use std::fmt;

use super::days::Span;

/// Which documents are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Stories: `search`.
    Stories,
    /// Quotes: `quotes`.
    Quotes,
}

impl Target {
    /// The other kind.
    pub fn other(self) -> Self {
        match self {
            Self::Stories => Self::Quotes,
            Self::Quotes => Self::Stories,
        }
    }
}

/// A field of the query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Body,
    Title,
    Person,
    Org,
    Source,
    Byline,
    Section,
    Lang,
    Path,
    Quote,
    Speaker,
    About,
    Kind,
}

impl Field {
    /// What a query calls it.
    pub fn prefix(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// Whose field it is.
    pub fn owner(self) -> Target {
        match self {
            Self::Quote | Self::Speaker | Self::About | Self::Kind => Target::Quotes,
            _ => Target::Stories,
        }
    }

    /// The field of a kind's own words.
    pub fn of(target: Target) -> Self {
        match target {
            Target::Stories => Self::Body,
            Target::Quotes => Self::Quote,
        }
    }

    /// Whether only the whole value matches.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Lang | Self::Kind)
    }

    /// Whether its values are names of people and of what else has some.
    pub fn names_somebody(self) -> bool {
        matches!(self, Self::Person | Self::Org | Self::Speaker | Self::About)
    }

    /// Whether a bare word also finds its inflections in it.
    pub fn inflects(self) -> bool {
        matches!(self, Self::Body | Self::Title | Self::Quote | Self::Section)
    }
}

/// A query.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A word as it is typed; `co-star` is one.
    Word(String),
    /// Words as they are typed, and how many others may stand between them.
    Phrase(String, u32),
    Prefix(String),
    Fuzzy(String, usize),
    /// Two words or phrases, in a name's field or in none.
    Near(Box<Ask>, Box<Ask>, u32),
    Field(Field, Box<Ask>),
    Date(Span, String),
    Must(Box<Ask>),
    Not(Box<Ask>),
    All(Vec<Ask>),
    And(Vec<Ask>),
    Any(Vec<Ask>),
}

impl Ask {
    /// The kind of document that all of it is about, when its fields tell.
    pub fn owner(&self) -> Option<Target> {
        match self {
            Self::Field(field, _) => Some(field.owner()),
            Self::Must(inner) | Self::Not(inner) => inner.owner(),
            Self::All(parts) | Self::And(parts) | Self::Any(parts) => {
                let first = parts.first()?.owner()?;
                parts.iter().all(|part| part.owner() == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// Without a sign that says that it must match, which every part of a whole does.
    pub fn unsigned(&self) -> &Self {
        match self {
            Self::Must(inner) => inner.unsigned(),
            other => other,
        }
    }

    /// All that must hold where it must.
    pub fn parts(&self) -> Vec<&Self> {
        match self.unsigned() {
            Self::All(parts) | Self::And(parts) => parts.iter().flat_map(Self::parts).collect(),
            other => vec![other],
        }
    }

    /// Whether it wants words of a text.
    pub fn asks_for_words(&self) -> bool {
        match self {
            Self::Word(_) | Self::Phrase(..) | Self::Prefix(_) | Self::Fuzzy(..) | Self::Near(..) => true,
            Self::Field(field, inner) => {
                matches!(field, Field::Body | Field::Title | Field::Quote) && inner.asks_for_words()
            }
            Self::Must(inner) => inner.asks_for_words(),
            Self::All(parts) | Self::And(parts) | Self::Any(parts) => parts.iter().any(Self::asks_for_words),
            Self::Date(..) | Self::Not(_) => false,
        }
    }

    /// Queries that are a step smaller.
    pub fn smaller(&self) -> Vec<Self> {
        let less = |parts: &[Self], make: &dyn Fn(Vec<Self>) -> Self| {
            let mut found = parts.to_vec();
            for at in 0..parts.len() {
                if parts.len() > 2 {
                    let (before, after) = (&parts[..at], &parts[at + 1..]);
                    found.push(make([before, after].concat()));
                }
                for part in parts[at].smaller() {
                    let mut parts = parts.to_vec();
                    parts[at] = part;
                    found.push(make(parts));
                }
            }
            found
        };
        let within = |inner: &Self, make: &dyn Fn(Self) -> Self| {
            [vec![inner.clone()], inner.smaller().into_iter().map(make).collect()].concat()
        };
        match self {
            Self::All(parts) => less(parts, &Self::All),
            Self::And(parts) => less(parts, &Self::And),
            Self::Any(parts) => less(parts, &Self::Any),
            Self::Must(inner) => within(inner, &|inner| Self::Must(Box::new(inner))),
            Self::Not(inner) => within(inner, &|inner| Self::Not(Box::new(inner))),
            Self::Field(field, inner) if matches!(**inner, Self::All(_) | Self::Any(_) | Self::And(_)) => {
                let in_field = |inner| Self::Field(*field, Box::new(inner));
                inner.smaller().into_iter().map(in_field).collect()
            }
            Self::Near(left, right, _) => vec![(**left).clone(), (**right).clone()],
            Self::Phrase(words, _) => words.split(' ').map(|word| Self::Word(word.to_owned())).collect(),
            _ => Vec::new(),
        }
    }

    /// How closely it holds together: what binds less is put in parentheses where it is a part.
    fn level(&self) -> u8 {
        match self {
            Self::All(_) => 0,
            Self::Any(_) => 1,
            Self::And(_) => 2,
            Self::Must(_) | Self::Not(_) => 3,
            Self::Near(..) => 4,
            _ => 5,
        }
    }

    fn part(&self, level: u8) -> String {
        if self.level() >= level { self.to_string() } else { format!("({self})") }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Self], level, between| {
            parts.iter().map(|part| part.part(level)).collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Phrase(words, 0) => write!(f, "\"{words}\""),
            Self::Phrase(words, between) => write!(f, "\"{words}\"~{between}"),
            Self::Prefix(stem) => write!(f, "{stem}*"),
            Self::Fuzzy(word, errors) => write!(f, "{word}~{errors}"),
            Self::Near(left, right, within) => write!(f, "{} NEAR/{within} {}", left.part(5), right.part(5)),
            Self::Field(field, inner) => write!(f, "{}:{}", field.prefix(), inner.part(5)),
            Self::Date(_, written) => write!(f, "date:{written}"),
            Self::Must(inner) => write!(f, "+{}", inner.part(4)),
            Self::Not(inner) => write!(f, "-{}", inner.part(4)),
            Self::All(parts) => f.write_str(&joined(parts, 1, " ")),
            Self::And(parts) => f.write_str(&joined(parts, 3, " AND ")),
            Self::Any(parts) => f.write_str(&joined(parts, 2, " OR ")),
        }
    }
}
