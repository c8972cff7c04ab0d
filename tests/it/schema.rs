//! What is written from the code and kept in the repository is what the code writes.

use std::{fs, path::Path};

#[test]
fn files_in_schema_are_current() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let files = pullquote::schema::files();
    for (name, content) in &files {
        let kept = fs::read_to_string(dir.join(name)).unwrap_or_default();
        assert!(
            kept == *content,
            "schema/{name} is not what the code writes: run `pullquote generate schema`"
        );
    }
    for entry in fs::read_dir(&dir).expect("there is a folder schema/") {
        let name = entry.expect("it can be listed").file_name();
        assert!(files.iter().any(|(file, _)| name == **file), "schema/{name:?} is written by nothing");
    }
}
