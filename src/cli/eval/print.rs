//! Scores, for people.

use std::io::{self, Write};

use pullquote::eval::{Evaluation, ExtractionScore, Prf, QuoteScore, Ranking, bootstrap::Difference};

use crate::cli::{print, ui::Ui};

/// Writes the score of a set, or of one of its stories.
pub fn evaluation(evaluation: &Evaluation, ui: &mut Ui) -> io::Result<()> {
    let out = ui.out();
    match (evaluation, &evaluation.extraction, &evaluation.retrieval) {
        (Evaluation { id: Some(id), traps, .. }, Some(score), _) => {
            story(id, traps.as_ref().and_then(Option::as_deref), score, out)
        }
        (Evaluation { set, .. }, Some(score), _) => table(set, score, out),
        (Evaluation { set, .. }, None, Some(ranking)) => ranked(set, ranking, out),
        (_, None, None) => Ok(()),
    }
}

fn story(id: &str, traps: Option<&str>, score: &ExtractionScore, out: &mut impl Write) -> io::Result<()> {
    let faint = print::FAINT;
    let figure = |figure: Option<f64>| figure.map_or("    –".to_owned(), |figure| format!("{figure:5.1}"));
    let names = figure(score.names.as_ref().map(|names| names.all.spans.f1));
    let quotes = score.quotes_all.as_ref();
    let spans = figure(quotes.filter(|quotes| quotes.gold > 0).map(|quotes| quotes.span.f1));
    let speakers = figure(quotes.and_then(|quotes| quotes.speaker.end2end));
    let traps = traps.unwrap_or_default();
    writeln!(out, "names {names}  quotes {spans}  speakers {speakers}  {id}  {faint}{traps}{faint:#}")
}

fn table(set: &str, score: &ExtractionScore, out: &mut impl Write) -> io::Result<()> {
    let (strong, faint) = (print::STRONG, print::FAINT);
    writeln!(out, "{strong}{set}{strong:#}  {faint}{} articles{faint:#}", score.articles)?;
    names(score, out)?;
    for (name, quotes) in [("quotes, direct", &score.quotes_direct), ("quotes, all", &score.quotes_all)] {
        if let Some(quotes) = quotes {
            line(out, name, quotes.gold, &quotes.span, &speakers(quotes))?;
            line(out, "  with the name", quotes.speaker.gold, &quotes.attribution, &calibrated(quotes))?;
        }
    }
    if let Some(topics) = &score.topics {
        line(out, "topics", score.articles, &topics.iptc, "")?;
        line(out, "topics, no celebrity", score.articles, &topics.iptc_no_celebrity, "")?;
        line(out, "topics, in the tree", score.articles, &topics.iptc_tree, "")?;
        line(out, "keyphrases", score.articles, &topics.keyphrases, "")?;
    }
    writeln!(out)
}

fn names(score: &ExtractionScore, out: &mut impl Write) -> io::Result<()> {
    let Some(names) = &score.names else { return Ok(()) };
    for (kind, one) in &names.kinds {
        line(out, kind, one.gold, &one.spans, "")?;
    }
    let known = names
        .identity
        .map_or(String::new(), |one| format!("who it is {:.1} % of {}", one.accuracy, one.mentions));
    line(out, "names", names.all.gold, &names.all.spans, &known)?;
    line(out, "names, any kind", names.any_kind.gold, &names.any_kind.spans, "")
}

fn line(out: &mut impl Write, name: &str, gold: usize, prf: &Prf, more: &str) -> io::Result<()> {
    let Prf { precision, recall, f1 } = prf;
    let line = format!("  {name:<22}{gold:>6}  P {precision:5.1}  R {recall:5.1}  F1 {f1:5.1}  {more}");
    writeln!(out, "{}", line.trim_end())
}

fn speakers(quotes: &QuoteScore) -> String {
    let per_cent = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{share:.1} %"));
    let unnamed = &quotes.unnamed;
    let mut text = format!("speaker right {}", per_cent(quotes.speaker.end2end));
    if unnamed.found > 0 {
        text += &format!(", no name for the unnamed {} of {}", per_cent(unnamed.null), unnamed.found);
    }
    text
}

fn calibrated(quotes: &QuoteScore) -> String {
    quotes.calibration.map_or(String::new(), |one| {
        let auc = one.auc.map_or(String::new(), |auc| format!(", AUC {auc:.3}"));
        format!("calibration error {:.3}{auc}", one.ece)
    })
}

fn ranked(set: &str, ranking: &Ranking, out: &mut impl Write) -> io::Result<()> {
    let strong = print::STRONG;
    let score = &ranking.score;
    let (queries, ndcg, map, recall) = (score.queries, score.ndcg_10, score.map, score.recall_100);
    writeln!(
        out,
        "{strong}{set:<18}{strong:#} {queries:>5} queries  nDCG@10 {ndcg:.4}  MAP {map:.4}  R@100 {recall:.4}"
    )?;
    if let Some(Difference { mean, low, high, p, .. }) = &ranking.ndcg_10_difference {
        writeln!(out, "  nDCG@10 against the baseline {mean:+.4} ({low:+.4} to {high:+.4}), p {p:.4}")?;
    }
    Ok(())
}
