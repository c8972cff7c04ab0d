//! One run: crawl → source → extract → index. The only module that knows all four.

use std::{
    fs,
    io::BufReader,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::{
    article::{Article, ArticleId, Origin},
    config::Config,
    extract::annotate,
    index::{
        Batch, Budget, Error, Writer,
        document::{ArticleView, content_hash, file_key},
    },
    source::{self, Place},
};

/// Files whose reading is spread over the threads at a time.
const FILES_AT_A_TIME: usize = 256;

/// Reads everything below a root into the index.
///
/// # Errors
/// When the index cannot be written.
pub fn run(index: &Path, root: &Path, config: &Config) -> Result<u64, Error> {
    let mut writer = Writer::open(index, Budget { threads: 1, memory: 64 << 20 })?;
    let name = root.file_name().map_or("root".into(), |name| name.to_string_lossy());
    let files: Vec<PathBuf> = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".pullquote")
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    let mut count = 0;
    for files in files.chunks(FILES_AT_A_TIME) {
        let done: Result<Vec<u64>, Error> = files
            .par_iter()
            .map(|file| {
                let path = file.strip_prefix(root).unwrap_or(file).to_string_lossy().into_owned();
                let articles = read(&name, &path, file, config);
                let mut batch = Batch::default();
                let key = file_key(&name, &path);
                batch.remove_file(key);
                for article in &articles {
                    let id = ArticleId::claimed(article);
                    let found = annotate(article);
                    batch.add_article(&ArticleView::new(&id, article, &found, key, content_hash(article)));
                }
                writer.apply(batch)?;
                Ok(articles.len() as u64)
            })
            .collect();
        count += done?.iter().sum::<u64>();
    }
    writer.commit()?;
    writer.close()?;
    Ok(count)
}

fn read(root: &str, path: &str, file: &Path, config: &Config) -> Vec<Article> {
    let mut articles = Vec::new();
    if let (true, Some(format), Ok(input)) =
        (path.ends_with(".jsonl"), source::by_name("jsonl"), fs::File::open(file))
    {
        let place = Place { root, path, file: Some(file) };
        format
            .read(&mut BufReader::new(input), &place, &config.source, &mut |record| articles.extend(record));
    } else if let Ok(text) = fs::read_to_string(file) {
        let origin = Origin { root: root.to_owned(), path: path.to_owned(), record: 0 };
        let title = text.lines().next().filter(|line| line.len() < 150).map(str::to_owned);
        articles.push(Article { origin, title_in_text: title.is_some(), title, text, ..Default::default() });
    }
    articles
}
