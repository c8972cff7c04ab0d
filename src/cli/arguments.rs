//! What stands on the command line before it is parsed: words of a query that begin with a minus are no options.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

/// The command line with `NOT` in the place of a minus that stands before a word of a query: `search divorce -pitt` asks
/// what `search divorce NOT pitt` asks. Behind `--` everything stays.
pub fn with_words(line: impl IntoIterator<Item = OsString>, command: &Command) -> Vec<OsString> {
    let mut command = command.clone();
    command.build();
    let mut asked = &command;
    let mut turned = Vec::new();
    let mut line = line.into_iter();
    turned.extend(line.next());
    while let Some(word) = line.next() {
        let Some(text) = word.to_str() else {
            turned.push(word);
            continue;
        };
        if text == "--" {
            turned.push(word);
            break;
        }
        let option = option(asked, text);
        let has_value = option.is_some_and(|option| takes_value(option) && !text.contains('='));
        let is_word = option.is_none() && text.len() > 1 && text.starts_with('-') && !text.starts_with("--");
        if is_word && asked.get_positionals().any(|own| own.get_id() == "query") {
            turned.extend(["NOT".into(), text[1..].into()]);
            continue;
        }
        if let Some(sub) = asked.find_subcommand(text) {
            asked = sub;
        }
        turned.push(word);
        if has_value {
            turned.extend(line.next());
        }
    }
    turned.extend(line);
    turned
}

/// The option that a word is, the last of several in one.
fn option<'c>(command: &'c Command, word: &str) -> Option<&'c Arg> {
    if let Some(long) = word.strip_prefix("--") {
        let name = long.split('=').next().unwrap_or(long);
        return command.get_arguments().find(|own| own.get_long() == Some(name));
    }
    let of_letter = |letter| command.get_arguments().find(|own| own.get_short() == Some(letter));
    let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty())?;
    letters.chars().map(of_letter).collect::<Option<Vec<_>>>()?.pop()
}

fn takes_value(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Set | ArgAction::Append)
        && option.get_num_args().is_none_or(|values| values.min_values() > 0)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn a_minus_before_a_word_of_a_query_is_not() {
        for (line, expected) in [
            ("search divorce -pitt", "search divorce NOT pitt"),
            ("search -pitt --limit 3 divorce -v", "search NOT pitt --limit 3 divorce -v"),
            ("search -0v tour -person:kim", "search -0v tour NOT person:kim"),
            ("--index x quotes grief --by -odd -tour", "--index x quotes grief --by -odd NOT tour"),
            ("search a -- -b", "search a -- -b"),
            ("search venn - tour", "search venn - tour"),
            ("search --batch - --sort=newest", "search --batch - --sort=newest"),
            ("saved add name tour -cancel", "saved add name tour NOT cancel"),
            ("show -x", "show -x"),
        ] {
            let words = ["pullquote"].into_iter().chain(line.split(' ')).map(OsString::from);
            let turned = with_words(words, &Cli::command());
            let turned: Vec<_> = turned.iter().skip(1).filter_map(|word| word.to_str()).collect();
            assert_eq!(turned.join(" "), expected);
        }
    }
}
