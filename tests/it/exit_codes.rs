//! `help exit-codes` lists every code of the interface.

use std::process::Command;

#[test]
fn help_lists_them_all() {
    let output = Command::new(env!("CARGO_BIN_EXE_pullquote"))
        .args(["help", "exit-codes"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("it writes UTF-8");
    for code in ["0", "1", "2", "3", "10", "11", "75", "78", "130", "143"] {
        let listed = text.lines().any(|line| line.split_whitespace().next() == Some(code));
        assert!(listed, "exit code {code} is not listed in:\n{text}");
    }
}
