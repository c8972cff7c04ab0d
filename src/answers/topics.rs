//! Topics that the archive knows, with counts; and the IPTC tree, level by level.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    annotation::TopicKind,
    answers::{
        archive::Archive,
        listed::{Listed, begins},
        rising, there,
    },
    query::{Error, engine::columns, language::ast::Query},
    record::FORMAT,
    taxonomy::{self, Subject},
};

/// A question for topics.
#[derive(Clone, Debug)]
pub struct TopicsRequest {
    /// What the topic, or a word of it, begins with, whatever the case.
    pub prefix: Option<String>,
    /// The only kind wanted.
    pub kind: Option<TopicKind>,
    /// Topics wanted.
    pub limit: usize,
}

/// A topic with its number of articles.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct KnownTopic {
    /// Version of the shape.
    pub format: u32,
    /// Always `topic`.
    pub r#type: &'static str,
    /// The words shown: the English label of an IPTC topic, a phrase, a tag.
    pub name: String,
    /// Where it comes from.
    pub kind: TopicKind,
    /// IPTC code, `medtop:…`.
    pub code: Option<String>,
    /// Articles with it; an IPTC topic counts with everything below it.
    pub articles: u64,
    /// Topics right below it that some article has; only where the tree is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<u64>,
}

/// One level of the IPTC tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicLevel {
    /// The labels from the top down to the topic that was opened, ` > ` between them, and the topic; `None` at the top.
    pub opened: Option<(String, KnownTopic)>,
    /// The topics right below that some article has, those of most articles first.
    pub topics: Listed<KnownTopic>,
}

impl Archive {
    /// Topics the archive knows, those of most articles first.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn known_topics(&self, request: &TopicsRequest) -> Result<Listed<KnownTopic>, Error> {
        let listed = self.first_topics(request)?;
        if listed.all <= listed.entries.len() {
            return Ok(listed);
        }
        let all = match request.prefix {
            Some(_) => self.topics_beginning(request)?.len(),
            None => {
                let kinds =
                    TopicKind::ALL.into_iter().filter(|kind| request.kind.is_none_or(|only| only == *kind));
                kinds.map(|kind| Ok(self.topic_counts(kind)?.len())).sum::<Result<usize, Error>>()?
            }
        };
        Ok(Listed { all, ..listed })
    }

    /// The same, where nobody wants to know how many there are: where there are more than were asked for, they are said to
    /// be one more.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn first_topics(&self, request: &TopicsRequest) -> Result<Listed<KnownTopic>, Error> {
        let mut first = match &request.prefix {
            Some(_) => self.topics_beginning(request)?,
            None if self.elsewhere().is_some() => self.topics_beginning(request)?,
            None => {
                let every = self.matching(&Query::All(Vec::new()))?;
                let mut first = Vec::new();
                for kind in
                    TopicKind::ALL.into_iter().filter(|kind| request.kind.is_none_or(|only| only == *kind))
                {
                    if self.is_over() {
                        break;
                    }
                    let most = request.limit.saturating_add(1);
                    let counts = columns::most_in(self.snapshot(), &every, rising::topic_field(kind), most)?;
                    first.extend(
                        counts.iter().map(|(value, articles)| KnownTopic::of_value(value, kind, *articles)),
                    );
                }
                first
            }
        };
        first.sort_by(|a, b| {
            let labels = || (&a.name, a.kind.as_str()).cmp(&(&b.name, b.kind.as_str()));
            b.articles.cmp(&a.articles).then_with(labels)
        });
        first.truncate(request.limit.saturating_add(1));
        Ok(Listed::first(request.limit, first, self.is_complete()))
    }

    /// Topics that begin so, in no order.
    fn topics_beginning(&self, request: &TopicsRequest) -> Result<Vec<KnownTopic>, Error> {
        let mut all: Vec<KnownTopic> = Vec::new();
        for kind in TopicKind::ALL.into_iter().filter(|kind| request.kind.is_none_or(|only| only == *kind)) {
            if self.is_over() {
                break;
            }
            let counts = self.topic_counts(kind)?;
            let known = counts.iter().map(|(value, articles)| KnownTopic::of_value(value, kind, *articles));
            all.extend(known);
        }
        all.retain(|topic| begins(&topic.name, request.prefix.as_deref()));
        Ok(all)
    }

    /// The topics right below one, named by code or label; those at the top without one.
    ///
    /// # Errors
    /// [`Error::NoSuchTopic`] when IPTC has no such topic, or when a file of the index cannot be read.
    pub fn topics_under(&self, topic: Option<&str>, limit: usize) -> Result<TopicLevel, Error> {
        let opened = match topic {
            Some(topic) => Some(subject(topic)?),
            None => None,
        };
        let counts = self.topic_counts(TopicKind::Iptc)?;
        let articles = |subject: &Subject| counts.get(subject.code).copied().unwrap_or(0);
        let known = |subject: &Subject| {
            let below = subject.children().filter(|child| articles(child) > 0).count();
            KnownTopic { below: Some(below as u64), ..KnownTopic::of_subject(subject, articles(subject)) }
        };
        let mut level: Vec<&Subject> = match opened {
            Some(subject) => subject.children().collect(),
            None => taxonomy::roots().collect(),
        };
        level.retain(|subject| articles(subject) > 0);
        level.sort_by(|a, b| articles(b).cmp(&articles(a)).then(a.label.cmp(b.label)));
        let topics = level.into_iter().map(known).collect();
        Ok(TopicLevel {
            opened: opened.map(|subject| (subject.path(), known(subject))),
            topics: Listed::first(limit, topics, self.is_complete()),
        })
    }

    /// Articles of each value of a kind of topic: IPTC codes with those above them, phrases, tags.
    fn topic_counts(&self, kind: TopicKind) -> Result<FxHashMap<String, u64>, Error> {
        let field = rising::topic_field(kind);
        match self.elsewhere() {
            Some(backend) => there::values(&|| self.names(), backend, &there::every(), field),
            None => self.counts(field, &self.matching(&Query::All(Vec::new()))?),
        }
    }
}

impl KnownTopic {
    fn new(name: &str, kind: TopicKind, code: Option<String>, articles: u64) -> Self {
        Self { format: FORMAT, r#type: "topic", name: name.to_owned(), kind, code, articles, below: None }
    }

    /// A topic by the value that the index has for it.
    fn of_value(value: &str, kind: TopicKind, articles: u64) -> Self {
        match taxonomy::by_code(value).filter(|_| kind == TopicKind::Iptc) {
            Some(subject) => Self::of_subject(subject, articles),
            None => Self::new(value, kind, None, articles),
        }
    }

    fn of_subject(subject: &Subject, articles: u64) -> Self {
        Self::new(subject.label, TopicKind::Iptc, Some(subject.qualified()), articles)
    }
}

fn subject(topic: &str) -> Result<&'static Subject, Error> {
    let found = taxonomy::by_code(topic).or_else(|| taxonomy::by_label(topic));
    found.ok_or_else(|| Error::NoSuchTopic { topic: topic.to_owned() })
}
