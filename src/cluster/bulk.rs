//! Bulk requests: many documents at once, each answered for by itself.

use std::ops::Range;

use serde_json::{Value, json};

use super::{
    Client, Error,
    client::{is_blocked, reason},
    document::Documents,
    indices::Filling,
    mapping::Kind,
};
use crate::article::ArticleId;

/// What is to become of a story on the cluster.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) id: ArticleId,
    /// Hash of what is sent of it; none when it goes.
    pub(super) fingerprint: Option<u64>,
    /// Quotes it has from now on.
    pub(super) quotes: u32,
}

/// Changes on their way, as one request.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) changes: Vec<Change>,
    bytes: Vec<u8>,
    /// Each document's lines, and the change it is a part of; none for a word.
    actions: Vec<(Range<usize>, Option<usize>)>,
}

impl Batch {
    /// Bytes of the request.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is nothing to send.
    pub(super) fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Adds a story, in place of one with so many quotes.
    pub(super) fn put(
        &mut self,
        filling: &Filling,
        id: &ArticleId,
        documents: &Documents,
        fingerprint: u64,
        before: u32,
    ) {
        let quotes = documents.quotes.len() as u32;
        let change = Some(self.changes.len());
        let index = filling.name(Kind::Quotes);
        for (id, quote) in &documents.quotes {
            self.action("index", &index, id, Some(quote), change);
        }
        self.drop_quotes(filling, id, quotes..before);
        self.action("index", &filling.name(Kind::Articles), id.as_str(), Some(&documents.article), change);
        self.changes.push(Change { id: id.clone(), fingerprint: Some(fingerprint), quotes });
    }

    /// Removes a story that has so many quotes at the most.
    pub(super) fn remove(&mut self, filling: &Filling, id: &ArticleId, quotes: u32) {
        self.drop_quotes(filling, id, 0..quotes);
        self.action("delete", &filling.name(Kind::Articles), id.as_str(), None, Some(self.changes.len()));
        self.changes.push(Change { id: id.clone(), fingerprint: None, quotes: 0 });
    }

    fn drop_quotes(&mut self, filling: &Filling, id: &ArticleId, numbers: Range<u32>) {
        let (index, change) = (filling.name(Kind::Quotes), self.changes.len());
        for number in numbers {
            self.action("delete", &index, &format!("{}-{number}", id.as_str()), None, Some(change));
        }
    }

    /// Adds a word that a field may have.
    pub(super) fn word(&mut self, filling: &Filling, field: &str, word: &str) {
        let document = json!({ "field": field, "word": word });
        let id = format!("{field}:{word}");
        // Longer ones are no word that anybody begins to type.
        if id.len() <= 512 {
            self.action("create", &filling.name(Kind::Words), &id, Some(&document), None);
        }
    }

    fn action(&mut self, what: &str, index: &str, id: &str, document: Option<&Value>, change: Option<usize>) {
        let start = self.bytes.len();
        let line = json!({ what: { "_index": index, "_id": id } });
        serde_json::to_writer(&mut self.bytes, &line).expect("a buffer can be written");
        self.bytes.push(b'\n');
        if let Some(document) = document {
            serde_json::to_writer(&mut self.bytes, document).expect("a buffer can be written");
            self.bytes.push(b'\n');
        }
        self.actions.push((start..self.bytes.len(), change));
    }
}

/// What came of a batch.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The changes that are done, whole.
    pub(super) done: Vec<Change>,
    /// Changes that the cluster did not take.
    pub(super) not_taken: u64,
    /// Why, of the first.
    pub(super) why: Option<String>,
}

/// Sends a batch; what the cluster has no room for now is sent again, and nothing else.
pub(super) fn send(client: &Client, batch: Batch) -> Result<Outcome, Error> {
    let Batch { changes, bytes, actions } = batch;
    let mut failed = vec![false; changes.len()];
    let mut why = None;
    let mut left: Vec<usize> = (0..actions.len()).collect();
    let mut most = left.len();
    let mut pauses = client.pauses();
    while !left.is_empty() {
        let now: Vec<usize> = left.drain(..most.min(left.len())).collect();
        let body = now.iter().map(|&at| &bytes[actions[at].0.clone()]).collect::<Vec<_>>().concat();
        let answer = client.patiently(
            "POST",
            "/_bulk?filter_path=errors,items.*.status,items.*.error",
            Some(&body),
        )?;
        if answer.status == 413 && now.len() > 1 {
            // The cluster takes no requests of this size.
            most = now.len().div_ceil(2);
            left.splice(0..0, now);
            continue;
        }
        if !(200..300).contains(&answer.status) {
            return Err(client.refusal(answer, "/_bulk"));
        }
        let items = answer.body["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        if items.len() != now.len() {
            let why = format!("{} documents were sent and {} are answered for", now.len(), items.len());
            return Err(Error::Foreign { url: client.url().to_owned(), why });
        }
        let mut again = Vec::new();
        for (&at, item) in now.iter().zip(items) {
            let Some((what, result)) = item.as_object().and_then(|item| item.iter().next()) else { continue };
            let status = result["status"].as_u64().unwrap_or_default();
            match (status, what.as_str()) {
                (200..300, _) | (409, "create") | (404, "delete") => (),
                _ if is_blocked(result) => return Err(Error::Full { why: reason(result) }),
                (429 | 503, _) => again.push(at),
                _ => {
                    why.get_or_insert_with(|| reason(result));
                    if let Some(change) = actions[at].1 {
                        failed[change] = true;
                    }
                }
            }
        }
        if !again.is_empty() && !pauses.pause() {
            let why = format!("{} documents were turned away", again.len());
            return Err(Error::Busy { seconds: client.patience(), why });
        }
        left.splice(0..0, again);
    }
    let not_taken = failed.iter().filter(|failed| **failed).count() as u64;
    let done =
        changes.into_iter().zip(failed).filter(|(_, failed)| !failed).map(|(change, _)| change).collect();
    Ok(Outcome { done, not_taken, why })
}
