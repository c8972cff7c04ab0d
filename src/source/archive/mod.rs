//! Archives, zip and tar: each member is an input of its own. They are read without being held: of a zip the list of its
//! members and each of them by its place, from any thread; of a tar one member after the other.

mod budget;
mod member;
mod packed;
mod tar;
mod zip;

use std::{
    fs::File,
    io::{BufReader, Read},
    ops::ControlFlow,
    sync::Arc,
};

pub use self::{
    budget::Budget,
    member::{Content, Member},
    packed::Packed,
};
use self::{budget::Counted, packed::MAGIC};
use super::{
    Error, Format, Place,
    compression::{self, BUFFER, Compression},
    docx::Docx,
    epub::Epub,
    foreign,
    odt::Odt,
};

/// Archives that are looked into, each in the one before.
pub const DEEPEST: usize = 4;

/// Extensions of archives, for whoever must tell them by their names.
const EXTENSIONS: [&str; 9] = ["wacz", "zip", "tar", "tgz", "tbz", "tbz2", "txz", "tzst", "taz"];

/// What archive an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Members that are packed one by one, and a list of them at the end.
    Zip,
    /// A zip of web archives (WACZ 1.1.1), of which those alone are of interest.
    Wacz,
    /// Members one after the other, perhaps compressed as a whole.
    Tar(Option<Compression>),
}

impl Kind {
    /// The name of its format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Wacz => "wacz",
            Self::Tar(_) => "tar",
        }
    }

    /// What archive an input is that begins so; nothing when it is none, or a document that is an archive inside.
    pub fn of(at: &Place<'_>, head: &[u8]) -> Option<Self> {
        let is_other = || {
            let extension = at.extension();
            !EXTENSIONS.contains(&&*extension) && foreign::by_extension(&extension).is_some()
        };
        if head.starts_with(MAGIC) || head.starts_with(zip::EMPTY) {
            let documents: [&dyn Format; 3] = [&Docx, &Odt, &Epub];
            let is_document = || documents.iter().any(|format| format.claims(at, head));
            let kind = if at.extension() == "wacz" { Self::Wacz } else { Self::Zip };
            return (!is_other() && !is_document()).then_some(kind);
        }
        if tar::begins(head) {
            return (!is_other()).then_some(Self::Tar(None));
        }
        let compression = Compression::of(head)?;
        let mut inflated = Vec::new();
        // What was inflated before the head came to its end is enough.
        let _ = compression.reader(head).take(tar::BLOCK as u64).read_to_end(&mut inflated);
        (tar::begins(&inflated) && !is_other()).then_some(Self::Tar(Some(compression)))
    }
}

/// Why an archive is not looked into that lies in so many others.
pub fn too_deep() -> Error {
    Error::file("too-deep", format!("it lies in {DEEPEST} other archives: unpack the outer ones"))
}

/// Whether bytes that begin so may be an archive's.
pub fn may_be(head: &[u8]) -> bool {
    head.starts_with(MAGIC) || Compression::of(head).is_some() || tar::begins(head)
}

/// Whether a file's name says that it is an archive.
pub fn is_named(name: &str) -> bool {
    let name = compression::plain_name(name);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&&*extension))
}

/// Gives the files in an archive, in its order, until one is enough. The file stands at its beginning.
///
/// # Errors
/// Why it cannot be read, or not any further.
pub fn members(
    file: File,
    kind: Kind,
    budget: &Arc<Budget>,
    each: &mut dyn FnMut(Member<'_>) -> ControlFlow<()>,
) -> Result<(), Error> {
    let mut each = |member: Member<'_>| {
        budget.count()?;
        Ok(each(member))
    };
    match kind {
        Kind::Zip => zip::members(Arc::new(file), budget, &mut each),
        Kind::Wacz => {
            let mut found = false;
            zip::members(Arc::new(file), budget, &mut |member| match member.path.starts_with("archive/") {
                true => {
                    found = true;
                    each(member)
                }
                false => Ok(ControlFlow::Continue(())),
            })?;
            let message =
                "it holds no web archive below archive/: it is no WACZ, or was made without its pages";
            if found { Ok(()) } else { Err(Error::file("no-story", message)) }
        }
        Kind::Tar(None) => tar::members(&mut BufReader::with_capacity(BUFFER, file), &mut each),
        Kind::Tar(Some(compression)) => {
            let inflated = compression.reader(BufReader::with_capacity(BUFFER, file));
            let counted = Counted { inner: inflated, budget: budget.clone() };
            tar::members(&mut BufReader::with_capacity(BUFFER, counted), &mut each)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Seek;

    use super::*;

    #[test]
    fn a_wacz_without_its_web_archives_says_so() {
        let read = |path: &str| {
            let mut file = tempfile::tempfile().expect("a file");
            let mut zip = ::zip::ZipWriter::new(&mut file);
            zip.start_file(path, ::zip::write::SimpleFileOptions::default()).expect("a member");
            zip.finish().expect("an archive");
            file.rewind().expect("its beginning");
            let done = members(file, Kind::Wacz, &Budget::of(1 << 10), &mut |_| ControlFlow::Continue(()));
            done.map_err(|error| error.reason)
        };
        assert_eq!(read("archive/data.warc"), Ok(()));
        assert_eq!(read("datapackage.json"), Err("no-story"));
    }

    #[test]
    fn names_tell_archives() {
        assert!(is_named("x/A.TAR.gz") && is_named("b.tgz") && !is_named("a.txt.gz") && !is_named("zip"));
    }
}
