//! A cluster that is none: it keeps documents in memory, answers what `push` asks, and plays faults.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

/// A fault that is played with one of the next bulk requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is taken: the cluster is busy.
    Busy,
    /// Every third document is turned away for now.
    SomeBusy,
    /// Every third document is refused for good.
    SomeRefused,
    /// The disk is full.
    Full,
    /// Everything is taken, and the connection is cut before that is said.
    CutAfter,
    /// Nothing is taken, and the connection is cut.
    CutBefore,
    /// The request is too large, unless it is small.
    TooLarge,
}

/// What it holds.
#[derive(Default)]
pub struct Held {
    /// Documents by index and id.
    pub indices: BTreeMap<String, BTreeMap<String, Value>>,
    metas: BTreeMap<String, Value>,
    aliases: BTreeMap<String, Vec<String>>,
    templates: BTreeMap<String, Value>,
    /// Faults to come, the next one last.
    pub faults: Vec<Fault>,
    /// Documents in bulk requests that were taken.
    pub documents: usize,
    /// Who asks must say this.
    pub authorization: Option<String>,
    /// Lines of requests.
    pub asked: Vec<String>,
}

impl Held {
    /// Ids of all indices whose names begin so.
    pub fn ids(&self, prefix: &str) -> Vec<String> {
        let indices = self.indices.iter().filter(|(name, _)| name.starts_with(prefix));
        indices.flat_map(|(_, documents)| documents.keys().cloned()).collect()
    }
}

/// A cluster under test; it ends with the test's process.
pub struct FakeCluster {
    url: String,
    held: Arc<Mutex<Held>>,
}

impl FakeCluster {
    /// Starts one without documents.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let held = Arc::new(Mutex::new(Held::default()));
        let shared = Arc::clone(&held);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let held = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &held));
            }
        });
        Self { url, held }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Does something with what it holds.
    pub fn with<T>(&self, what: impl FnOnce(&mut Held) -> T) -> T {
        what(&mut self.held.lock().expect("no request panicked"))
    }
}

fn serve(stream: TcpStream, held: &Mutex<Held>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a connection"));
    let mut stream = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
        let (mut length, mut who) = (0, None);
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header).unwrap_or_default() == 0 || header.trim().is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').unwrap_or_default();
            match name.to_lowercase().as_str() {
                "content-length" => length = value.trim().parse().expect("a length"),
                "authorization" => who = Some(value.trim().to_owned()),
                _ => (),
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let mut held = held.lock().expect("no request panicked");
        let mut words = line.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        held.asked.push(format!("{method} {path}"));
        let answer = match &held.authorization {
            Some(wanted) if who.as_ref() != Some(wanted) => Some((401, json!("Unauthorized"))),
            _ => held.answer(method, path.split('?').next().unwrap_or_default(), &body),
        };
        drop(held);
        let Some((status, answer)) = answer else { return };
        let text = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            text.len()
        );
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes())).is_err() {
            return;
        }
    }
}

impl Held {
    /// The answer to a request; none when the connection is cut.
    fn answer(&mut self, method: &str, path: &str, body: &[u8]) -> Option<(u16, Value)> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let done = json!({ "acknowledged": true });
        Some(match (method, parts.as_slice()) {
            ("GET", [""]) => {
                let version = json!({ "number": "2.19.1", "distribution": "opensearch" });
                (200, json!({ "cluster_uuid": "fake", "version": version }))
            }
            ("GET", [_, "_mapping"]) => {
                let metas = self
                    .metas
                    .iter()
                    .map(|(name, meta)| (name.clone(), json!({ "mappings": { "_meta": meta } })));
                (200, metas.collect())
            }
            ("GET", [_, "_alias"]) => {
                let of = |names: &Vec<String>| {
                    names.iter().map(|name| (name.clone(), json!({}))).collect::<Value>()
                };
                (
                    200,
                    self.aliases
                        .iter()
                        .map(|(index, names)| (index.clone(), json!({ "aliases": of(names) })))
                        .collect(),
                )
            }
            ("GET", ["_index_template", name]) => match self.templates.get(*name) {
                Some(template) => (200, template.clone()),
                None => (404, json!({ "error": { "reason": "no such template" } })),
            },
            ("PUT", ["_index_template", name]) => {
                self.templates.insert((*name).to_owned(), json);
                (200, done)
            }
            ("GET", ["_cluster", "health", _]) => (200, json!({ "status": "green" })),
            ("PUT", [index]) => {
                self.metas.insert((*index).to_owned(), json["mappings"]["_meta"].clone());
                self.indices.entry((*index).to_owned()).or_default();
                let aliases = json["aliases"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
                self.aliases.insert((*index).to_owned(), aliases.collect());
                (200, done)
            }
            ("DELETE", ["_search", "scroll"]) | ("POST", [_, "_refresh"]) => (200, done),
            ("DELETE", [index]) => {
                self.indices.remove(*index);
                self.metas.remove(*index);
                self.aliases.remove(*index);
                (200, done)
            }
            ("POST", ["_aliases"]) => {
                for action in json["actions"].as_array().into_iter().flatten() {
                    let (what, of) =
                        action.as_object().and_then(|action| action.iter().next()).expect("an action");
                    let text = |key: &str| of[key].as_str().expect("a name").to_owned();
                    let names = self.aliases.entry(text("index")).or_default();
                    names.retain(|name| *name != text("alias"));
                    if what == "add" {
                        names.push(text("alias"));
                    }
                }
                (200, done)
            }
            ("GET", [index, "_count"]) => {
                let count = self.indices.get(*index).map_or(0, BTreeMap::len);
                (200, json!({ "count": count, "_shards": { "failed": 0 } }))
            }
            ("POST", ["_search", "scroll"]) => (200, json!({ "_scroll_id": "x", "hits": { "hits": [] } })),
            ("POST", [index, "_search"]) => (200, self.search(index, &json)),
            ("POST", ["_bulk"]) => return self.bulk(body),
            _ => (400, json!({ "error": { "reason": format!("{method} {path}") } })),
        })
    }

    fn search(&self, index: &str, body: &Value) -> Value {
        let hit = |(id, document): (&String, &Value)| {
            let fields = ["fingerprint", "quotes_held"];
            let fields: Value =
                fields.iter().map(|field| ((*field).to_owned(), json!([document[field]]))).collect();
            json!({ "_id": id, "fields": fields })
        };
        let hits: Vec<Value> = match body["query"]["bool"]["filter"]["ids"]["values"].as_array() {
            Some(ids) => {
                let own = body["query"]["bool"]["must_not"]["terms"]["root"].as_array().expect("roots");
                let all =
                    self.indices.iter().filter(|(name, _)| name.starts_with(index)).flat_map(|(_, it)| it);
                all.filter(|(id, it)| ids.contains(&json!(id)) && !own.contains(&it["root"]))
                    .map(hit)
                    .collect()
            }
            None => self.indices.get(index).into_iter().flatten().map(hit).collect(),
        };
        json!({ "_scroll_id": "x", "hits": { "hits": hits } })
    }

    fn bulk(&mut self, body: &[u8]) -> Option<(u16, Value)> {
        let fault = self.faults.pop();
        let text = String::from_utf8(body.to_vec()).expect("UTF-8");
        let mut lines = text.lines();
        let (mut items, mut actions) = (Vec::new(), Vec::new());
        while let Some(line) = lines.next() {
            let action: Value = serde_json::from_str(line).expect("an action");
            let (what, of) = action.as_object().and_then(|action| action.iter().next()).expect("an action");
            let document = (what != "delete")
                .then(|| serde_json::from_str(lines.next().expect("a document")).expect("JSON"));
            actions.push((what.clone(), of["_index"].clone(), of["_id"].clone(), document));
        }
        match fault {
            Some(Fault::Busy) => {
                return Some((429, json!({ "error": { "type": "busy", "reason": "too much to do" } })));
            }
            Some(Fault::CutBefore) => return None,
            Some(Fault::TooLarge) if actions.len() > 50 => {
                self.faults.push(Fault::TooLarge);
                return Some((413, json!("Request Entity Too Large")));
            }
            _ => (),
        }
        for (number, (what, index, id, document)) in actions.into_iter().enumerate() {
            let (index, id) = (index.as_str().expect("an index"), id.as_str().expect("an id").to_owned());
            let third = number % 3 == 2;
            let (status, kind) = match fault {
                Some(Fault::SomeBusy) if third => (429, "rejected_execution_exception"),
                Some(Fault::SomeRefused) if third => (400, "mapper_parsing_exception"),
                Some(Fault::Full) => (403, "cluster_block_exception"),
                _ => (200, ""),
            };
            if status != 200 {
                items.push(
                    json!({ what: { "status": status, "error": { "type": kind, "reason": "played" } } }),
                );
                continue;
            }
            self.documents += 1;
            let documents = self.indices.get_mut(index).unwrap_or_else(|| panic!("{index} was not made"));
            let status = match (what.as_str(), document) {
                ("create", Some(_)) if documents.contains_key(&id) => 409,
                (_, Some(document)) => {
                    documents.insert(id, document);
                    201
                }
                (_, None) => documents.remove(&id).map_or(404, |_| 200),
            };
            items.push(json!({ what: { "status": status } }));
        }
        if fault == Some(Fault::CutAfter) {
            return None;
        }
        Some((200, json!({ "errors": false, "items": items })))
    }
}
