//! Who names whom in `src/`: only along the arrows of docs/ARCHITECTURE.md, and never in a circle of files.
//!
//! The sources are read as text, without comments and tests. What counts is every path that begins with `crate`, `self`,
//! `super`, `pullquote`, or a module that its file declares or imports; a name that a page of contents re-exports belongs
//! to the file that defines it. The programs in `src/bin` are not looked at.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Circles that stand: a circle among these files is let pass. A line leaves the list when it is opened, and the
/// list must become empty.
const KNOWN: [&str; 0] = [];

/// Path of a module, or of a name in one.
type Names = Vec<String>;

/// A file of `src/`, which is a module.
struct File {
    name: String,
    code: String,
    /// What it re-exports, and from where.
    exports: BTreeMap<String, Names>,
}

type House = BTreeMap<Names, File>;

fn house() -> House {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut house, mut tests) = (House::new(), Vec::new());
    for entry in walkdir::WalkDir::new(&src) {
        let path = entry.expect("src/ can be listed").into_path();
        let name = path.strip_prefix(&src).expect("it lies there").display().to_string();
        let Some(stem) = name.strip_suffix(".rs").filter(|stem| !stem.starts_with("bin/") && *stem != "main")
        else {
            continue;
        };
        let mut module: Names = stem.split('/').map(str::to_owned).collect();
        module.pop_if(|last| last == "mod" || last == "lib");
        let text = fs::read_to_string(&path).expect("a source");
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for part in text.split("#[cfg(test)]\nmod ").skip(1) {
            tests.push([&module[..], &[word(part).to_owned()]].concat());
        }
        let code = text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n");
        let exports = paths(&code).into_iter().filter(|(_, exported)| *exported).map(|(path, _)| path);
        let exports = exports.filter_map(|path| Some((path.last()?.clone(), path))).collect();
        house.insert(module, File { name, code, exports });
    }
    house.retain(|module, _| !tests.iter().any(|tests: &Names| module.starts_with(tests)));
    house
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Every path of a source, and whether it is re-exported.
fn paths(code: &str) -> Vec<(Names, bool)> {
    let (mut found, mut rest) = (Vec::new(), code);
    let mut before = "";
    while let Some(c) = rest.chars().next() {
        let first = word(rest);
        if !first.is_empty() && rest[first.len()..].starts_with("::") {
            let exported = before == "pub use" || before == "pub(crate) use";
            let mut all = Vec::new();
            rest = tree(rest, Vec::new(), &mut all);
            found.extend(all.into_iter().map(|path| (path, exported)));
        } else {
            rest = &rest[first.len().max(c.len_utf8())..];
        }
        let done = code[..code.len() - rest.len()].trim_end();
        before = done.rsplit(['\n', ';', '{', '}']).next().unwrap_or_default().trim();
    }
    found
}

/// Reads one path or a tree of them, `a::{b, c::d}`, and gives the text behind it.
fn tree<'a>(mut text: &'a str, mut path: Names, found: &mut Vec<Names>) -> &'a str {
    loop {
        text = text.trim_start();
        if let Some(inner) = text.strip_prefix('{') {
            text = inner.trim_start();
            while !text.is_empty() && !text.starts_with('}') {
                text = tree(text, path.clone(), found).trim_start_matches([',', ' ', '\n']);
            }
            return text.get(1..).unwrap_or_default();
        }
        let name = word(text);
        path.extend(Some(name).filter(|name| !name.is_empty()).map(str::to_owned));
        text = &text[name.len()..];
        match text.strip_prefix("::") {
            Some(rest) if !name.is_empty() => text = rest,
            _ => {
                found.push(path);
                return if name.is_empty() { text.get(1..).unwrap_or_default() } else { text };
            }
        }
    }
}

/// The module that defines what a path names, and whether the path names that module itself; nothing for other crates.
fn resolve(house: &House, from: &Names, path: &[String]) -> Option<(Names, bool)> {
    let (first, rest) = path.split_first()?;
    let mut at = match first.as_str() {
        "crate" | "pullquote" => Names::new(),
        "self" => from.clone(),
        "super" => from.split_last()?.1.to_vec(),
        child => {
            Some([&from[..], &[child.to_owned()]].concat()).filter(|module| house.contains_key(module))?
        }
    };
    for (number, name) in rest.iter().enumerate() {
        let child = [&at[..], std::slice::from_ref(name)].concat();
        if name == "super" {
            at.pop();
        } else if house.contains_key(&child) {
            at = child;
        } else if let Some(export) = house[&at].exports.get(name) {
            let (module, whole) = resolve(house, &at, export)?;
            at = module;
            if !whole {
                return Some((at, false));
            }
        } else if name != "self" || number + 1 < rest.len() {
            return Some((at, false));
        }
    }
    Some((at, true))
}

/// For every module those that it names.
fn arrows(house: &House) -> BTreeMap<&Names, BTreeSet<&Names>> {
    let mut arrows = BTreeMap::new();
    for (module, file) in house {
        let paths: Vec<Names> =
            paths(&file.code).into_iter().filter(|(_, exported)| !exported).map(|(path, _)| path).collect();
        let whole = |path: &Names| {
            Some((path.last()?.clone(), resolve(house, module, path).filter(|found| found.1)?.0))
        };
        let imported: BTreeMap<String, Names> = paths.iter().filter_map(whole).collect();
        let named = paths.iter().filter_map(|path| match imported.get(&path[0]) {
            Some(at) => resolve(house, at, &[&["self".to_owned()], &path[1..]].concat()),
            None => resolve(house, module, path),
        });
        let named = named.filter(|(target, whole)| !whole && target != module);
        let named = named.filter_map(|(target, _)| Some(house.get_key_value(&target)?.0)).collect();
        arrows.insert(module, named);
    }
    arrows
}

/// The table of ```` ```arrows ```` in docs/ARCHITECTURE.md: `ROOM → ROOMS IT MAY NAME`, those below first.
fn allowed() -> Vec<(String, Vec<String>)> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ARCHITECTURE.md"))
        .expect("the page");
    let table = page
        .split("```arrows\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("a table of arrows");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    table
        .lines()
        .filter_map(|line| line.split_once('→'))
        .map(|(room, may)| (room.trim().to_owned(), words(may)))
        .collect()
}

#[test]
fn rooms_name_only_the_rooms_that_the_page_allows() {
    let (house, allowed) = (house(), allowed());
    for (number, (room, may)) in allowed.iter().enumerate() {
        let below =
            |other: &String| other == "tantivy" || allowed[..number].iter().any(|(room, _)| room == other);
        assert!(may.iter().all(below), "{room} may only name rooms that the page lists before it: {may:?}");
        assert!(house.keys().any(|module| module.first() == Some(room)), "there is no room {room}");
    }
    let mut wrong = BTreeSet::new();
    for (module, targets) in arrows(&house) {
        let Some(room) = module.first() else { continue };
        let may = allowed.iter().find(|(name, _)| name == room).map_or(&[][..], |(_, may)| may);
        let file = &house[module];
        let rooms = targets.iter().filter_map(|target| target.first()).filter(|target| *target != room);
        let engine = file.code.contains("tantivy::").then(|| "tantivy".to_owned());
        let forbidden = rooms.chain(&engine).filter(|target| !may.contains(target));
        wrong.extend(forbidden.map(|target| format!("{} → {target}", file.name)));
    }
    assert!(wrong.is_empty(), "docs/ARCHITECTURE.md forbids these arrows: {wrong:#?}");
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    let house = house();
    let arrows = arrows(&house);
    let reached = |from| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(module) = next.pop() {
            next.extend(arrows[module].iter().copied().filter(|target| seen.insert(*target)));
        }
        seen
    };
    let reached: BTreeMap<&Names, BTreeSet<&Names>> =
        house.keys().map(|module| (module, reached(module))).collect();
    let circles: BTreeSet<BTreeSet<&str>> = house
        .keys()
        .filter(|module| reached[module].contains(module))
        .map(|module| {
            let members = reached[module].iter().filter(|other| reached[*other].contains(module));
            members.map(|member| house[*member].name.as_str()).collect()
        })
        .collect();
    let known: Vec<BTreeSet<&str>> = KNOWN.map(|files| files.split_whitespace().collect()).into();
    let new: Vec<_> =
        circles.iter().filter(|circle| !known.iter().any(|known| circle.is_subset(known))).collect();
    assert!(new.is_empty(), "files that name each other in a circle: {new:#?}");
    let opened: Vec<_> =
        known.iter().filter(|known| !circles.iter().any(|circle| circle.is_subset(known))).collect();
    assert!(opened.is_empty(), "no circles any more, so they leave KNOWN: {opened:#?}");
}
