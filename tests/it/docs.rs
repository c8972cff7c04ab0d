//! Links between the project's pages lead somewhere, and the README's commands exist.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The project's pages.
fn pages() -> Vec<PathBuf> {
    let in_folder = |folder: &str| {
        let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
        entries.map(|entry| entry.expect("it can be listed").path()).collect::<Vec<_>>()
    };
    let mut pages: Vec<PathBuf> = [".", "docs", "data/model", "schema", "data/gold", "data/train"]
        .into_iter()
        .flat_map(in_folder)
        .collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(pages.len() > 5);
    pages
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page can be read");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.starts_with("http") || target.starts_with('#') {
                continue;
            }
            let path = page
                .parent()
                .expect("a page lies in a folder")
                .join(target.split('#').next().unwrap_or(target));
            assert!(path.exists(), "{} links to {target}, which is not there", page.display());
        }
    }
}

#[test]
fn commands_of_the_readme_exist() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    assert!(
        readme.contains("cargo run --release -- demo") && readme.lines().any(|line| line == "cargo test")
    );
    let mut known = 0;
    for line in readme
        .lines()
        .filter_map(|line| line.strip_prefix("pullquote ").or(line.strip_prefix("$ pullquote ")))
    {
        let command = line.split_whitespace().next().expect("a command");
        let help = Command::new(env!("CARGO_BIN_EXE_pullquote"))
            .args([command, "--help"])
            .output()
            .expect("it runs");
        assert!(help.status.success(), "the README names `pullquote {command}`, which does not exist");
        known += 1;
    }
    assert!(known >= 5);
}
