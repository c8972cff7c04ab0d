//! Examples under the help of each command.

use clap::Command;

/// Command lines with what they do, and notes between them.
const EXAMPLES: &str = include_str!("../../data/help/examples.txt");

/// The command line with examples under the help of each command.
pub fn with_examples(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(&name, |sub| {
            let below = sub.get_after_help().map(ToString::to_string);
            let shown = [below, shown(&name)].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
            sub.after_help(shown)
        })
    })
}

/// The examples of a command, each with what it does on the line below.
fn shown(command: &str) -> Option<String> {
    let mut shown = String::from("Examples:");
    let (mut is_its, mut any) = (false, false);
    for line in EXAMPLES.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once('\t') {
            Some((example, does)) => {
                is_its = is_of(example, command);
                if is_its {
                    any = true;
                    shown.push_str(&format!("\n  {example}\n      {does}"));
                }
            }
            None if is_its => {
                shown.push('\n');
                shown.push_str(line.strip_prefix("  ").unwrap_or(line));
            }
            None => (),
        }
    }
    any.then_some(shown)
}

/// Whether a line runs a command.
fn is_of(example: &str, command: &str) -> bool {
    let words = example.split_once("pullquote ").map(|(_, words)| words);
    words.and_then(|words| words.split(' ').next()) == Some(command)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::{Cli, arguments::with_words};

    /// The words of a line as a shell has them: in simple quotation marks, up to a pipe.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut mark = None;
        for c in line.chars() {
            match (mark, c) {
                (None, '|' | '>') => break,
                (None, ' ') => words.push(String::new()),
                (None, '\'' | '"') => mark = Some(c),
                (Some(open), c) if open == c => mark = None,
                (_, c) => words.last_mut().expect("there is always a word").push(c),
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    #[test]
    fn every_command_has_examples_that_it_understands() {
        let command = Cli::command();
        for sub in command.get_subcommands() {
            assert!(shown(sub.get_name()).is_some(), "{} has no example", sub.get_name());
        }
        for (example, _) in EXAMPLES.lines().filter_map(|line| line.split_once('\t')) {
            let line = &example[example.find("pullquote ").expect("it runs the program")..];
            let line = with_words(words(line).into_iter().map(Into::into), &command);
            let parsed = Cli::command().try_get_matches_from(line);
            assert!(
                parsed.is_ok(),
                "{example}: {}",
                parsed.err().map(|error| error.to_string()).unwrap_or_default()
            );
        }
    }

    #[test]
    fn what_the_pages_tell_a_shell_is_understood() {
        let command = Cli::command();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let pages =
            std::fs::read_dir(root.join("docs")).expect("the book").map(|page| page.expect("a page").path());
        let mut parsed = 0;
        for page in
            pages.chain([root.join("README.md")]).filter(|page| page.extension().is_some_and(|of| of == "md"))
        {
            let text = std::fs::read_to_string(&page).expect("a page");
            for block in text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()) {
                let block = block.replace("\\\n", " ");
                for line in block
                    .lines()
                    .filter(|line| line.starts_with("pullquote ") || line.contains("; pullquote "))
                {
                    let line = &line[line.find("pullquote ").expect("it runs the program")..];
                    let line = line.split("  #").next().unwrap_or(line).trim_end();
                    let line = line.split(')').next().unwrap_or(line);
                    let words = with_words(words(line).into_iter().map(Into::into), &command);
                    if let Err(error) = Cli::command().try_get_matches_from(words)
                        && error.use_stderr()
                    {
                        panic!("{}: {line}: {error}", page.display());
                    }
                    parsed += 1;
                }
            }
        }
        assert!(parsed > 10, "{parsed}");
    }
}
