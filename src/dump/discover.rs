//! The files of the dumps that a user names: folders are walked to the end, in a fixed order.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use super::{DumpError, Source};

/// A file to read, or one to pass over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredFile {
    /// The path as named, or below the folder as named; `-` is stdin.
    pub path: PathBuf,
    /// Whether the user named it.
    pub origin: Origin,
    /// Why it is passed over; `None` means that it is read.
    pub skip: Option<Skip>,
}

/// How a file came to be in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Named by the user.
    Named,
    /// Found in a folder that the user named.
    InFolder,
}

/// Why a file in a folder is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    /// Its name starts with a dot.
    Hidden,
    /// Left by an operating system (`__MACOSX`, `Thumbs.db`).
    SystemFile,
    /// Checksums of the other files.
    Checksums,
    /// Part of an index.
    Index,
    /// A readme or a licence.
    Readme,
    /// A link to nothing, or to a folder that was walked already.
    DeadLink,
    /// A pipe, a socket or a device.
    SpecialFile,
}

impl Skip {
    /// The reason in a few words.
    pub fn as_str(self) -> &'static str {
        match self {
            Skip::Hidden => "hidden file",
            Skip::Index => "part of an index",
            Skip::SystemFile => "left by an operating system",
            Skip::Checksums => "checksums",
            Skip::Readme => "readme or licence",
            Skip::DeadLink => "link to nothing, or to a folder already read",
            Skip::SpecialFile => "not a regular file",
        }
    }
}

impl DiscoveredFile {
    /// Where to read it from.
    pub fn source(&self) -> Source {
        if self.is_stdin() {
            Source::Stdin
        } else {
            Source::File(self.path.clone())
        }
    }

    /// Whether it is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.origin == Origin::Named && self.path == Path::new("-")
    }

    /// The name of the file, which may name the country; not all names are UTF-8.
    pub fn file_name(&self) -> Option<&str> {
        self.path
            .file_name()
            .filter(|_| !self.is_stdin())
            .and_then(OsStr::to_str)
    }

    /// The name of the folder that it is in, if the path has it.
    pub(crate) fn folder_name(&self) -> Option<&str> {
        self.path
            .parent()
            .and_then(Path::file_name)
            .and_then(OsStr::to_str)
    }
}

/// The files of `paths` in order: files as named, folders walked to the end and sorted by name.
/// Named files are never passed over.
///
/// # Errors
/// If a path does not exist, or a folder cannot be listed.
pub fn discover(paths: &[PathBuf]) -> Result<Vec<DiscoveredFile>, DumpError> {
    let mut walk = FolderWalk {
        found: Vec::new(),
        seen: HashSet::new(),
    };
    for path in paths {
        if path == Path::new("-") {
            walk.keep(path.clone(), Origin::Named, None);
            continue;
        }
        let metadata = fs::metadata(path).map_err(|source| failed(path, source))?;
        if metadata.is_dir() {
            walk.seen.clear();
            walk.folder(path)?;
        } else {
            walk.keep(path.clone(), Origin::Named, None);
        }
    }
    Ok(walk.found)
}

struct FolderWalk {
    found: Vec<DiscoveredFile>,
    /// The real paths of folders already walked: links may lead back to them.
    seen: HashSet<PathBuf>,
}

impl FolderWalk {
    fn keep(&mut self, path: PathBuf, origin: Origin, skip: Option<Skip>) {
        self.found.push(DiscoveredFile { path, origin, skip });
    }

    fn folder(&mut self, folder: &Path) -> Result<(), DumpError> {
        // A stack instead of recursion, because folders may be very deep. The next one is last.
        let mut open = vec![folder.to_owned()];
        while let Some(path) = open.pop() {
            let skip = skip_by_name(&path).filter(|_| path != folder);
            if skip.is_some() {
                self.keep(path, Origin::InFolder, skip);
                continue;
            }
            let Ok(metadata) = fs::metadata(&path) else {
                self.keep(path, Origin::InFolder, Some(Skip::DeadLink));
                continue;
            };
            if metadata.is_dir() {
                let real = fs::canonicalize(&path).map_err(|source| failed(&path, source))?;
                if self.seen.insert(real) {
                    open.extend(entries(&path)?.into_iter().rev());
                } else {
                    self.keep(path, Origin::InFolder, Some(Skip::DeadLink));
                }
            } else {
                let skip = (!metadata.is_file()).then_some(Skip::SpecialFile);
                self.keep(path, Origin::InFolder, skip);
            }
        }
        Ok(())
    }
}

/// The entries of a folder, sorted by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DumpError> {
    let entries = fs::read_dir(folder).map_err(|source| failed(folder, source))?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| failed(folder, source))?;
    paths.sort();
    Ok(paths)
}

fn failed(path: &Path, source: io::Error) -> DumpError {
    DumpError::Walk {
        path: path.to_owned(),
        source,
    }
}

pub(super) fn skip_by_name(path: &Path) -> Option<Skip> {
    const CHECKSUMS: [&str; 12] = [
        "sha1sum",
        "sha1sums",
        "sha256sum",
        "sha256sums",
        "sha512sums",
        "md5sum",
        "md5sums",
        "checksums",
        "md5",
        "sha1",
        "sha256",
        "sfv",
    ];
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let (stem, extension) = (name.split('.').next()?, name.rsplit('.').next()?);
    match name.as_str() {
        "__macosx" | "thumbs.db" | "desktop.ini" | "$recycle.bin" | ".ds_store" => {
            Some(Skip::SystemFile)
        }
        _ if name.starts_with('.') => Some(Skip::Hidden),
        _ if name.ends_with(".segment")
            || name.ends_with(".segment.partial")
            || name.ends_with(".tombstones") =>
        {
            Some(Skip::Index)
        }
        _ if CHECKSUMS.contains(&stem) || CHECKSUMS.contains(&extension) => Some(Skip::Checksums),
        _ if matches!(stem, "license" | "licence" | "copying" | "read_me") => Some(Skip::Readme),
        _ if stem.starts_with("readme") => Some(Skip::Readme),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn listing(found: &[DiscoveredFile], below: &Path) -> Vec<String> {
        found
            .iter()
            .map(|file| {
                let path = file.path.strip_prefix(below).unwrap().display();
                file.skip.map_or_else(
                    || path.to_string(),
                    |skip| format!("{path} ({})", skip.as_str()),
                )
            })
            .collect()
    }

    #[test]
    fn folders_are_walked_in_order_and_links_that_lead_back_end() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("Egypt/deep")).unwrap();
        for name in [
            "b.txt",
            "a.txt",
            "Egypt/1.txt",
            "Egypt/deep/2.csv",
            ".DS_Store",
            ".hidden",
            "SHA1SUMS",
            "README.md",
        ] {
            fs::write(root.join(name), "").unwrap();
        }
        symlink("..", root.join("Egypt/up")).unwrap();
        symlink("nowhere", root.join("lost")).unwrap();
        let found = discover(&[root.to_owned()]).unwrap();
        assert_eq!(
            listing(&found, root),
            [
                ".DS_Store (left by an operating system)",
                ".hidden (hidden file)",
                "Egypt/1.txt",
                "Egypt/deep/2.csv",
                "Egypt/up (link to nothing, or to a folder already read)",
                "README.md (readme or licence)",
                "SHA1SUMS (checksums)",
                "a.txt",
                "b.txt",
                "lost (link to nothing, or to a folder already read)",
            ]
        );
        assert_eq!(found[2].folder_name(), Some("Egypt"));
        assert_eq!(found[2].file_name(), Some("1.txt"));
        assert!(found.iter().all(|file| file.origin == Origin::InFolder));
    }

    #[test]
    fn files_that_are_named_are_taken_whatever_they_are_called() {
        let folder = tempfile::tempdir().unwrap();
        let readme = folder.path().join("readme.txt");
        fs::write(&readme, "").unwrap();
        let found = discover(&[PathBuf::from("-"), readme.clone()]).unwrap();
        assert!(found[0].is_stdin());
        assert_eq!(found[0].file_name(), None);
        assert_eq!(
            found[1],
            DiscoveredFile {
                path: readme,
                origin: Origin::Named,
                skip: None
            }
        );
    }

    #[test]
    fn what_is_not_there_is_an_error_with_its_path() {
        let missing = PathBuf::from("no-such-file");
        let error = discover(std::slice::from_ref(&missing)).unwrap_err();
        assert!(matches!(error, DumpError::Walk { path, .. } if path == missing));
    }
}
