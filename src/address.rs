//! What somebody names a story by, or words in one, wherever an id is taken.

use crate::{article::ArticleId, quote_at::QuoteAt};

/// What a text that names a story says. Whether there is such a story is for the archive to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An article's id: 16 lower-case hex digits, perhaps with a point and a number.
    Article(ArticleId),
    /// A quote's id: its article's, a dash, its number in the story from 0.
    Quote(ArticleId, u32),
    /// Words in an article, `ARTICLE?at=START-END&h=H`.
    Words(QuoteAt),
    /// Everything else is the path of a file: below a root, with the root's name before it, or on this machine.
    Path(String),
}

impl Address {
    /// Reads an address.
    pub fn read(text: &str) -> Self {
        let article = ArticleId::read(text).map(Self::Article);
        let words = || QuoteAt::read(text).map(Self::Words);
        article.or_else(|| quote(text)).or_else(words).unwrap_or_else(|| Self::Path(text.to_owned()))
    }

    /// The article it names by its id.
    pub fn article(&self) -> Option<&ArticleId> {
        match self {
            Self::Article(id) | Self::Quote(id, _) => Some(id),
            Self::Words(at) => Some(&at.article),
            Self::Path(_) => None,
        }
    }
}

fn quote(text: &str) -> Option<Address> {
    let (article, number) = text.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    Some(Address::Quote(ArticleId::read(article)?, number.parse().ok().filter(|_| is_number)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_paths() {
        let id = ArticleId::read("0123456789abcdef.2").expect("an id");
        assert_eq!(Address::read("0123456789abcdef.2"), Address::Article(id.clone()));
        assert_eq!(Address::read("0123456789abcdef.2-7"), Address::Quote(id.clone(), 7));
        let at = Address::read("0123456789abcdef.2?at=3-9&h=0badcafe");
        assert!(matches!(&at, Address::Words(at) if at.start == 3 && at.hash == 0x0bad_cafe));
        assert_eq!(at.article(), Some(&id));
        for path in
            ["2025-01/x.html", "0123456789ABCDEF", "0123456789abcdef-", "0123456789abcdef-+1", "a?at=1-2", ""]
        {
            assert_eq!(Address::read(path), Address::Path(path.to_owned()), "{path}");
        }
    }
}
