//! Words that a story denies, from end to end: shown as what they are, and counted for nobody.

use serde_json::Value;

use crate::archive::{Archive, pullquote};

fn lines(archive: &Archive, words: &[&str]) -> Vec<Value> {
    let output = pullquote().args(words).arg("--json").arg("--index").arg(&archive.index).output();
    let text = String::from_utf8(output.expect("the program runs").stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn words_that_were_not_said_count_for_nobody() {
    let archive = Archive::new();
    archive.write("a.txt", "“I wrote it at sea,” Orla Quist said in Leeds on Monday. Quist was tired.");
    archive.write("b.txt", "Orla Quist met the crew. Orla Quist never said, “I hate the whole crew.”");
    assert_eq!(archive.run(&[]).status.code(), Some(0));
    let texts = |words: &[&str]| -> Vec<String> {
        lines(&archive, words)
            .iter()
            .map(|line| line["text"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let said = ["I wrote it at sea,"];
    assert_eq!(texts(&["quotes", "--by", "Orla Quist"]), said);
    assert_eq!(texts(&["quotes", "speaker:quist"]), said);
    let denied = lines(&archive, &["quotes", "stance:denied"]);
    assert_eq!(denied.len(), 1, "{denied:?}");
    assert_eq!((&denied[0]["stance"], &denied[0]["speaker"]), (&"denied".into(), &"Orla Quist".into()));
    let page = &lines(&archive, &["person", "Orla Quist"])[0];
    assert_eq!((&page["quotes_by"], &page["quotes_about"]), (&1.into(), &1.into()));
    let origin = lines(&archive, &["origin", "I hate the whole crew"]);
    assert_eq!((&origin[0]["stance"], &origin[0]["speaker"]), (&"denied".into(), &Value::Null));
    assert_eq!(origin[1]["credited"], Value::Array(Vec::new()));
}
