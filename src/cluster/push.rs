//! A push: what changed in an index since the last one goes to a cluster, and what is gone there leaves.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use rustc_hash::{FxHashMap, FxHashSet};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Client, Error,
    bulk::{self, Batch, Outcome},
    document::{Documents, fingerprint},
    indices::{self, Filling},
    mapping::Kind,
};
use crate::{
    article::{ArticleHead, ArticleId, hash64},
    index::{self, Snapshot},
    packed::unpack_first,
    record::Shape,
    state::{self, Pushed as Journal, Roots, Standing},
    view::{ArticleView, StoredArticle},
};

/// Bytes of a bulk request: from some megabytes on the cluster gains nothing, and memory is bounded by a few of them.
const BULK_BYTES: usize = 4 << 20;

/// Bulk requests under way at once.
const SENDERS: usize = 2;

/// Words that are remembered as sent, so that they are not sent with every story; what is forgotten is sent again.
const MOST_WORDS: usize = 2_000_000;

/// Stories of a cluster's list that are asked for at once.
const PAGE: u64 = 5000;

/// How a push goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct PushOptions {
    /// Fills new indices of each root, and swaps them in.
    pub rebuild: bool,
    /// Says what would be done, and does nothing.
    pub dry_run: bool,
}

/// What a push tells while it goes on.
#[derive(Debug)]
pub enum Pushing<'a> {
    /// Stories looked at, of all, and how many were sent.
    Progress {
        /// Looked at.
        seen: u64,
        /// Of so many.
        of: u64,
        /// Sent.
        sent: u64,
    },
    /// Something that somebody should know.
    Note(&'a str),
}

/// What a push did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pushed {
    /// Stories that were not there.
    pub added: u64,
    /// Stories that were there as something else, or of which nobody knew.
    pub updated: u64,
    /// Stories that left.
    pub removed: u64,
    /// Stories that were there as they are.
    pub unchanged: u64,
    /// Stories that the cluster did not take.
    pub not_taken: u64,
    /// Ids that another root on the cluster claims too: both stay.
    pub shared_ids: u64,
    /// Stories of each root that are on the cluster now; with a dry run that would be.
    pub roots: BTreeMap<String, u64>,
    /// Quotes on the cluster now, of all roots of this index.
    pub quotes: u64,
    /// Bytes of bulk requests.
    pub bytes_sent: u64,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Wall time.
    pub elapsed_ms: u64,
}

impl Shape for Pushed {
    const TYPE: &'static str = "pushed";
}

/// One root on its way.
struct Target {
    filling: Filling,
    journal: Journal,
    /// Stories and quotes it has here.
    here: (u64, u64),
    /// Stories that were there as they are.
    unchanged: u64,
    seen: FxHashSet<(u64, u64)>,
}

/// Brings a cluster up to date with the index in a folder.
///
/// # Errors
/// Each of [`Error`]; what was pushed by then stays pushed, and the next push goes on from there.
pub fn push(
    client: &Client,
    folder: &Path,
    options: PushOptions,
    tell: &mut dyn FnMut(Pushing<'_>),
) -> Result<Pushed, Error> {
    let snapshot = Snapshot::open(folder)?;
    let cluster = greet(client)?;
    let identity = state::identity(folder)?;
    let roots: Vec<String> = Roots::load(folder)?.iter().map(|root| root.name.clone()).collect();
    let mut told = Pushed { dry_run: options.dry_run, ..Pushed::default() };
    if options.dry_run {
        return planned(client, folder, &cluster, &snapshot, &identity, told);
    }
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    for root in &roots {
        let filling = indices::for_push(client, root, &identity, options.rebuild)?;
        let Some(journal) = Journal::open(folder, &cluster, root, &filling.meta.token)? else {
            return Err(Error::AtWork);
        };
        let mut target = Target { filling, journal, here: (0, 0), unchanged: 0, seen: FxHashSet::default() };
        if target.journal.is_empty() && counted(client, &target.filling)?.0 > 0 {
            tell(Pushing::Note(&format!(
                "nothing is known of what was pushed of {root}: the cluster is asked what it holds"
            )));
            learn(client, &mut target)?;
        }
        targets.insert(root.clone(), target);
    }
    let mut run =
        Run { client, tell, told: &mut told, of: snapshot.counts()?.articles, fresh: Vec::new(), why: None };
    run.send_changes(&snapshot, &mut targets)?;
    let mut differing = Vec::new();
    for (root, target) in &mut targets {
        refresh(client, &target.filling)?;
        if run.told.not_taken == 0 && counted(client, &target.filling)? != target.here {
            differing.push(root.clone());
        }
    }
    if !differing.is_empty() {
        // The journal and the cluster are at odds: somebody else wrote there, or a node came back without its last words.
        let mut again: BTreeMap<String, Target> = BTreeMap::new();
        for root in differing {
            let mut target = targets.remove(&root).expect("it is one of them");
            (run.tell)(Pushing::Note(&format!(
                "{root} holds something else than was pushed: the cluster is asked what"
            )));
            learn(client, &mut target)?;
            (target.here, target.unchanged, target.seen) = ((0, 0), 0, FxHashSet::default());
            again.insert(root, target);
        }
        run.send_changes(&snapshot, &mut again)?;
        targets.append(&mut again);
    }
    run.shared(&targets)?;
    let (not_taken, why) = (run.told.not_taken, run.why.take());
    for (root, target) in &targets {
        refresh(client, &target.filling)?;
        let (articles, quotes) = counted(client, &target.filling)?;
        told.roots.insert(root.clone(), articles);
        told.quotes += quotes;
        told.unchanged += target.unchanged;
        if not_taken == 0 {
            same(target.filling.name(Kind::Articles), articles, target.here.0)?;
            same(target.filling.name(Kind::Quotes), quotes, target.here.1)?;
            indices::make_live(client, &target.filling)?;
        }
    }
    // A root that this index no longer has leaves with its indices.
    for filling in indices::fillings(client)? {
        if filling.meta.index == identity && !roots.contains(&filling.meta.root) {
            tell(Pushing::Note(&format!(
                "{} is no root of this index any more: its indices leave",
                filling.meta.root
            )));
            told.removed += counted(client, &filling).map_or(0, |(articles, _)| articles);
            indices::delete(client, &filling)?;
        }
    }
    match why {
        Some(why) => Err(Error::NotTaken { documents: not_taken, why }),
        None => Ok(told),
    }
}

fn same(index: String, found: u64, expected: u64) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(Error::Differs { index, found, expected }) }
}

/// Looks whether an OpenSearch cluster is there; its own name for itself.
pub(super) fn greet(client: &Client) -> Result<String, Error> {
    let hello = client.first()?;
    let foreign = |why: String| Error::Foreign { url: client.url().to_owned(), why };
    let Some(number) = hello["version"]["number"].as_str() else {
        return Err(foreign("it does not say its version".to_owned()));
    };
    if hello["version"]["distribution"] != "opensearch" {
        return Err(foreign(format!("it says it is version {number} of something else")));
    }
    let major = number.split('.').next().and_then(|major| major.parse::<u32>().ok()).unwrap_or_default();
    if major < 2 {
        return Err(foreign(format!("it is version {number}, and 2.4 is needed")));
    }
    Ok(hello["cluster_uuid"].as_str().unwrap_or(client.url()).to_owned())
}

/// What a push would do, by what is known of the last one.
fn planned(
    client: &Client,
    folder: &Path,
    cluster: &str,
    snapshot: &Snapshot,
    identity: &str,
    mut told: Pushed,
) -> Result<Pushed, Error> {
    let mut journals: FxHashMap<String, Option<Journal>> = FxHashMap::default();
    for filling in indices::fillings(client)?.into_iter().filter(|filling| filling.is_live) {
        if filling.meta.index == identity {
            filling.check()?;
            let Some(journal) = Journal::open(folder, cluster, &filling.meta.root, &filling.meta.token)?
            else {
                return Err(Error::AtWork);
            };
            journals.insert(filling.meta.root, Some(journal));
        } else if Roots::load(folder)?.named(&filling.meta.root).is_some() {
            return Err(Error::NameTaken {
                root: filling.meta.root.clone(),
                index: filling.name(Kind::Articles),
            });
        }
    }
    let mut seen: FxHashMap<String, u64> = FxHashMap::default();
    snapshot.each_article(|live| {
        let head = unpack_first::<ArticleHead>(&live.packed).map_err(index::Error::from)?;
        let standing = journals
            .get(&head.article.origin.root)
            .and_then(Option::as_ref)
            .and_then(|it| it.standing(&head.id));
        match standing {
            Some(Standing { fingerprint: Some(known), .. })
                if known == fingerprint(&live.packed, &live.text) =>
            {
                told.unchanged += 1
            }
            Some(_) => told.updated += 1,
            None => told.added += 1,
        }
        if standing.is_some() {
            *seen.entry(head.article.origin.root.clone()).or_default() += 1;
        }
        *told.roots.entry(head.article.origin.root).or_default() += 1;
        Ok::<_, Error>(())
    })?;
    for (root, journal) in &journals {
        let known = journal.as_ref().map_or(0, |journal| journal.ids().count() as u64);
        told.removed += known.saturating_sub(seen.get(root).copied().unwrap_or_default());
    }
    Ok(told)
}

/// What is needed while changes are sent.
struct Run<'a> {
    client: &'a Client,
    tell: &'a mut dyn FnMut(Pushing<'_>),
    told: &'a mut Pushed,
    of: u64,
    /// Stories that are new on the cluster: their ids may be another root's too.
    fresh: Vec<ArticleId>,
    /// Why the first was not taken of those that were not.
    why: Option<String>,
}

/// A batch with the root it is of.
type OfRoot<T> = (String, T);

impl Run<'_> {
    /// Sends what changed, and has leave what is gone.
    fn send_changes(
        &mut self,
        snapshot: &Snapshot,
        targets: &mut BTreeMap<String, Target>,
    ) -> Result<(), Error> {
        let client = self.client;
        let (to_send, batches) = mpsc::sync_channel::<OfRoot<Batch>>(1);
        let (came, outcomes) = mpsc::channel::<OfRoot<Result<Outcome, Error>>>();
        // Those who send own it together: when the last of them has stopped, nothing can be handed over any more.
        let batches = Arc::new(Mutex::new(batches));
        thread::scope(|scope| {
            for _ in 0..SENDERS {
                let (batches, came) = (Arc::clone(&batches), came.clone());
                scope.spawn(move || {
                    loop {
                        let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((root, batch)) = next else { return };
                        let outcome = bulk::send(client, batch);
                        let failed = outcome.is_err();
                        if came.send((root, outcome)).is_err() || failed {
                            return;
                        }
                    }
                });
            }
            drop((batches, came));
            let sent = self.offer(snapshot, targets, &to_send, &outcomes);
            drop(to_send);
            // What is still under way is waited for, whatever happened: the journal has what came.
            let mut done = sent;
            for (root, outcome) in outcomes.iter() {
                let noted = outcome.and_then(|outcome| self.note(targets, &root, outcome));
                done = done.and(noted);
            }
            done
        })
    }

    fn offer(
        &mut self,
        snapshot: &Snapshot,
        targets: &mut BTreeMap<String, Target>,
        to_send: &mpsc::SyncSender<OfRoot<Batch>>,
        outcomes: &mpsc::Receiver<OfRoot<Result<Outcome, Error>>>,
    ) -> Result<(), Error> {
        let mut batches: BTreeMap<String, Batch> = BTreeMap::new();
        let mut words: FxHashSet<u64> = FxHashSet::default();
        let mut seen = 0;
        snapshot.each_article(|live| {
            seen += 1;
            let head = unpack_first::<ArticleHead>(&live.packed).map_err(index::Error::from)?;
            let root = head.article.origin.root;
            let Some(target) = targets.get_mut(&root) else { return Ok(()) };
            target.seen.insert((head.id.key(), head.id.claimant()));
            let now = fingerprint(&live.packed, &live.text);
            let before = target.journal.standing(&head.id);
            target.here.0 += 1;
            if let Some(Standing { quotes, .. }) = before.filter(|before| before.fingerprint == Some(now)) {
                target.here.1 += u64::from(quotes);
                target.unchanged += 1;
                return Ok(());
            }
            let stored = StoredArticle::read(&live.packed, live.text).map_err(index::Error::from)?;
            let view = ArticleView::new(&stored.id, &stored.article, &stored.found, live.file, live.content);
            let documents = Documents::of(&view, now);
            target.here.1 += documents.quotes.len() as u64;
            let batch = batches.entry(root.clone()).or_default();
            for (field, word) in &documents.words {
                if words.insert(hash64(format!("{root}\0{field}\0{word}").as_bytes())) {
                    batch.word(&target.filling, field, word);
                }
            }
            if words.len() > MOST_WORDS {
                words.clear();
            }
            let quotes = before.map_or(0, |before| before.quotes);
            batch.put(&target.filling, &stored.id, &documents, now, quotes);
            if before.is_some() {
                self.told.updated += 1
            } else {
                self.told.added += 1
            }
            if before.is_none() {
                self.fresh.push(stored.id.clone());
            }
            if batch.len() >= BULK_BYTES {
                let batch = std::mem::take(batch);
                self.hand_over(targets, root, batch, to_send, outcomes)?;
                (self.tell)(Pushing::Progress {
                    seen,
                    of: self.of,
                    sent: self.told.added + self.told.updated,
                });
            }
            Ok::<_, Error>(())
        })?;
        for (root, target) in targets.iter() {
            let gone = target.journal.ids().filter(|id| !target.seen.contains(&(id.key(), id.claimant())));
            for id in gone {
                let quotes = target.journal.standing(&id).map_or(0, |standing| standing.quotes);
                batches.entry(root.clone()).or_default().remove(&target.filling, &id, quotes);
                self.told.removed += 1;
            }
        }
        for (root, batch) in batches {
            if !batch.is_empty() {
                self.hand_over(targets, root, batch, to_send, outcomes)?;
            }
        }
        (self.tell)(Pushing::Progress { seen, of: self.of, sent: self.told.added + self.told.updated });
        Ok(())
    }

    /// Writes down what is about to be sent, and hands it to whoever sends next.
    fn hand_over(
        &mut self,
        targets: &mut BTreeMap<String, Target>,
        root: String,
        batch: Batch,
        to_send: &mpsc::SyncSender<OfRoot<Batch>>,
        outcomes: &mpsc::Receiver<OfRoot<Result<Outcome, Error>>>,
    ) -> Result<(), Error> {
        while let Ok((root, outcome)) = outcomes.try_recv() {
            self.note(targets, &root, outcome?)?;
        }
        let intended: Vec<(ArticleId, u32)> =
            batch.changes.iter().map(|change| (change.id.clone(), change.quotes)).collect();
        let target = targets.get_mut(&root).expect("a batch is of a root");
        target.journal.intend(&intended)?;
        self.told.bytes_sent += batch.len() as u64;
        if to_send.send((root, batch)).is_ok() {
            return Ok(());
        }
        // Whoever sends has stopped: the reason waits among the outcomes.
        for (root, outcome) in outcomes.iter() {
            self.note(targets, &root, outcome?)?;
        }
        Ok(())
    }

    fn note(
        &mut self,
        targets: &mut BTreeMap<String, Target>,
        root: &str,
        outcome: Outcome,
    ) -> Result<(), Error> {
        let Some(target) = targets.get_mut(root) else { return Ok(()) };
        for change in outcome.done {
            match change.fingerprint {
                Some(fingerprint) => target.journal.came(&change.id, fingerprint, change.quotes)?,
                None => target.journal.gone(&change.id)?,
            }
        }
        self.told.not_taken += outcome.not_taken;
        self.why = self.why.take().or(outcome.why);
        Ok(())
    }

    /// Counts ids of new stories that stand under another root too.
    fn shared(&mut self, targets: &BTreeMap<String, Target>) -> Result<(), Error> {
        let own: Vec<&String> = targets.keys().collect();
        let path =
            format!("/{}/_search?filter_path=hits.hits._id&ignore_unavailable=true", Kind::Articles.alias());
        let mut shared: FxHashSet<String> = FxHashSet::default();
        for ids in self.fresh.chunks(10_000) {
            let ids: Vec<&str> = ids.iter().map(ArticleId::as_str).collect();
            let theirs = json!({ "bool": { "filter": { "ids": { "values": ids } }, "must_not": { "terms": { "root": own } } } });
            let body = json!({ "size": ids.len(), "_source": false, "query": theirs });
            let found = self.client.ask("POST", &path, Some(&body))?;
            let hits = found["hits"]["hits"].as_array().into_iter().flatten();
            shared.extend(hits.filter_map(|hit| hit["_id"].as_str().map(str::to_owned)));
        }
        self.told.shared_ids = shared.len() as u64;
        if let Some(first) = shared.iter().min() {
            let said = format!(
                "{} ids are claimed by another root on the cluster too, {first} among them: both stories stay",
                shared.len()
            );
            (self.tell)(Pushing::Note(&said));
        }
        Ok(())
    }
}

/// Makes what was sent visible.
fn refresh(client: &Client, filling: &Filling) -> Result<(), Error> {
    let names = Kind::ALL.map(|kind| filling.name(kind)).join(",");
    client.ask("POST", &format!("/{names}/_refresh"), None).map(drop)
}

/// Stories and quotes that a filling holds.
fn counted(client: &Client, filling: &Filling) -> Result<(u64, u64), Error> {
    let count = |kind| -> Result<u64, Error> {
        let answer = client.ask("GET", &format!("/{}/_count", filling.name(kind)), None)?;
        if answer["_shards"]["failed"].as_u64() != Some(0) {
            return Err(Error::Red { index: filling.name(kind), why: "not every shard answers".to_owned() });
        }
        Ok(answer["count"].as_u64().unwrap_or_default())
    };
    Ok((count(Kind::Articles)?, count(Kind::Quotes)?))
}

/// Has the journal say what the cluster holds.
fn learn(client: &Client, target: &mut Target) -> Result<(), Error> {
    refresh(client, &target.filling)?;
    let mut stories: FxHashMap<ArticleId, Standing> = FxHashMap::default();
    let fields = json!(["fingerprint", "quotes_held"]);
    each(client, &target.filling.name(Kind::Articles), &fields, |hit| {
        let Some(id) = hit["_id"].as_str().and_then(ArticleId::read) else { return };
        let number = |field: &str| hit["fields"][field][0].as_u64();
        let quotes = number("quotes_held").unwrap_or_default() as u32;
        stories.insert(id, Standing { fingerprint: number("fingerprint"), quotes });
    })?;
    // Of each story the quotes that are there, and one past the last of their numbers.
    let mut quotes: FxHashMap<ArticleId, (u32, u32)> = FxHashMap::default();
    each(client, &target.filling.name(Kind::Quotes), &json!([]), |hit| {
        let id = hit["_id"].as_str().and_then(|id| id.rsplit_once('-'));
        if let Some((id, number)) =
            id.and_then(|(id, number)| Some((ArticleId::read(id)?, number.parse::<u32>().ok()?)))
        {
            let (count, end) = quotes.entry(id).or_default();
            *count += 1;
            *end = (*end).max(number + 1);
        }
    })?;
    for (id, standing) in &mut stories {
        let (count, end) = quotes.remove(id).unwrap_or_default();
        if (count, end) != (standing.quotes, standing.quotes) {
            *standing = Standing { fingerprint: None, quotes: standing.quotes.max(end) };
        }
    }
    let orphans = quotes.into_iter().map(|(id, (_, end))| (id, Standing { fingerprint: None, quotes: end }));
    Ok(target.journal.found(stories.into_iter().chain(orphans))?)
}

/// Gives every document of an index, without what it holds but for some fields.
fn each(client: &Client, index: &str, fields: &Value, mut take: impl FnMut(&Value)) -> Result<(), Error> {
    let body = json!({ "size": PAGE, "_source": false, "docvalue_fields": fields, "sort": ["_doc"] });
    let mut page = client.ask("POST", &format!("/{index}/_search?scroll=5m"), Some(&body))?;
    loop {
        let hits = page["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default();
        hits.iter().for_each(&mut take);
        let scroll = page["_scroll_id"].clone();
        if hits.is_empty() {
            let _ = client.ask("DELETE", "/_search/scroll", Some(&json!({ "scroll_id": [scroll] })));
            return Ok(());
        }
        page =
            client.ask("POST", "/_search/scroll", Some(&json!({ "scroll": "5m", "scroll_id": scroll })))?;
    }
}
