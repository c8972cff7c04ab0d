//! Verdicts on a terminal: the worst first, each with what it rests on.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use pullquote::{
    annotation::Stance,
    answers::{Code, Draft, DraftAnswer, Match, Verdict},
};

use crate::cli::{
    page::Style,
    print::{self, FAINT, SPEAKER, STRONG},
    ui::Ui,
};

/// Columns of the verdict at the left.
const MARGIN: usize = 15;

fn style(code: Code) -> Style {
    match code {
        Code::Stands | Code::Minor => Style::Green,
        Code::TooShort | Code::Uncredited => Style::Yellow,
        Code::OtherSpeaker | Code::Denied | Code::NotQuoted | Code::Altered | Code::NotFound => {
            Style::StrongRed
        }
    }
}

/// Writes the verdicts of a draft, the worst first.
pub fn draft(answer: &DraftAnswer, ui: &mut Ui) -> anyhow::Result<()> {
    let Draft { path, title, draft, .. } = &answer.draft;
    let name = title.as_deref().or(path.as_deref()).unwrap_or(draft);
    writeln!(ui.out(), "{STRONG}{}{STRONG:#}\n", print::one_line(name))?;
    let mut verdicts: Vec<&Verdict> = answer.verdicts.iter().collect();
    verdicts.sort_by_key(|verdict| std::cmp::Reverse(verdict.verdict));
    verdicts.into_iter().try_for_each(|one| verdict(one, ui))
}

/// Writes one verdict.
pub fn verdict(verdict: &Verdict, ui: &mut Ui) -> anyhow::Result<()> {
    let width = ui.width().clamp(40, 100);
    let Verdict { verdict: code, quote, by, matches, .. } = verdict;
    let best = matches.first();
    let style = style(*code);
    let shown = match best.filter(|_| matches!(code, Code::Altered | Code::Minor)) {
        Some(best) => print::pieces(&best.pieces),
        None => print::one_line(quote),
    };
    let by = by.as_deref().map(|by| format!(" — {}", print::one_line(by))).unwrap_or_default();
    let mut open = None;
    for (number, line) in print::wrapped(&format!("“{shown}”{by}"), width - MARGIN).iter().enumerate() {
        let label = if number == 0 { code.as_str() } else { "" };
        write!(ui.out(), "{style}{label:<MARGIN$}{style:#}")?;
        print::signed(line, &mut open, ui.out())?;
        writeln!(ui.out())?;
    }
    if let Some(best) = best {
        proof(verdict, best, ui)?;
    }
    writeln!(ui.out())?;
    Ok(())
}

/// Writes what a verdict rests on.
fn proof(verdict: &Verdict, best: &Match, ui: &mut Ui) -> anyhow::Result<()> {
    let out = ui.out();
    let date = best.published.as_deref().map_or("undated", |date| date.get(..10).unwrap_or(date));
    let facts = [Some(date), best.source.as_deref(), best.title.as_deref().or(Some(&best.path))];
    let facts: Vec<String> = facts.into_iter().flatten().map(print::one_line).collect();
    write!(out, "{:MARGIN$}", "")?;
    let by = best.speaker.as_deref().map(print::one_line);
    match (verdict.verdict, by, &best.speaker_guess) {
        (Code::NotFound, ..) => write!(out, "nearest, {:.0} %: ", 100.0 * best.near)?,
        (Code::NotQuoted, ..) => write!(out, "the reporter's words, ")?,
        (Code::Uncredited, _, Some(guess)) => write!(out, "perhaps {}, ", print::one_line(&guess.name))?,
        (Code::Uncredited, ..) => write!(out, "nobody named, ")?,
        (Code::Denied, by, _) => {
            write!(
                out,
                "{} of {}, ",
                best.stance.map_or("denied", Stance::as_str),
                by.as_deref().unwrap_or("nobody")
            )?;
        }
        (_, Some(by), _) => write!(out, "{SPEAKER}{by}{SPEAKER:#}, ")?,
        (_, None, _) => (),
    }
    writeln!(out, "{FAINT}{}{FAINT:#}", facts.join(" · "))?;
    let address = best.url.as_deref().unwrap_or_default();
    writeln!(out, "{:MARGIN$}{FAINT}{} {}{FAINT:#}", "", best.quote_at, print::one_line(address))?;
    if verdict.verdict == Code::NotFound {
        for line in print::wrapped(&print::one_line(&best.context.text), 80) {
            writeln!(out, "{:MARGIN$}{FAINT}{line}{FAINT:#}", "")?;
        }
    }
    for notice in &best.notices {
        writeln!(out, "{:MARGIN$}{}", "", print::one_line(&notice.text))?;
    }
    let others = verdict.appearances.saturating_sub(1);
    if others > 0 && best.edits == 0 {
        let first = if best.first { "the earliest; " } else { "" };
        writeln!(
            out,
            "{:MARGIN$}{FAINT}{first}also in {}{FAINT:#}",
            "",
            print::counted(others, "other story", "other stories")
        )?;
    }
    Ok(())
}

/// What several drafts come to.
#[derive(Default)]
pub struct Total {
    verdicts: BTreeMap<Code, u64>,
    unchecked: u64,
    speakers: BTreeSet<String>,
}

impl Total {
    /// Adds a draft.
    pub fn add(&mut self, draft: &Draft) {
        for (code, count) in &draft.verdicts {
            *self.verdicts.entry(*code).or_default() += count;
        }
        self.unchecked += draft.unchecked;
        self.speakers.extend(draft.unchecked_speakers.iter().cloned());
    }

    /// Writes it as one line.
    pub fn write(&self, ui: &mut Ui) -> anyhow::Result<()> {
        let all: u64 = self.verdicts.values().sum();
        let told = |(code, count): (&Code, &u64)| format!("{count} {}", code.as_str());
        let told: Vec<String> = self.verdicts.iter().rev().map(told).collect();
        let verdicts = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
        let unchecked = match self.unchecked {
            0 => String::new(),
            count => {
                let by: Vec<String> = self.speakers.iter().map(|name| print::one_line(name)).collect();
                let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
                format!(
                    "; {} not checked{by}",
                    print::counted(count, "reported statement", "reported statements")
                )
            }
        };
        writeln!(
            ui.out(),
            "{} held against this archive{verdicts}{unchecked}",
            print::counted(all, "quotation", "quotations")
        )?;
        Ok(())
    }
}
