//! Advice for each error of the library. No other file knows which flags and commands help.
//!
//! The library's errors carry facts; the flags and commands that help are the binary's. An error
//! that this file says nothing about is printed alone.

use std::error::Error as Cause;
use std::io;
use std::path::Path;

use leakline::check::CheckError;
use leakline::dump::{DumpError, Excess, Refusal};
use leakline::exposure::BaselineError;
use leakline::index::{FORMAT_VERSION, IndexError, LockError, SegmentError, SortError, WriteError};
use leakline::key::{KeyError, KeyId};
use leakline::load::LoadError;
use leakline::printable::shown;

use crate::cli::folders;

/// Advice about an error: that of the outermost cause that has some.
pub(crate) fn advice(error: &anyhow::Error) -> Option<String> {
    error
        .chain()
        .find_map(of_cause)
        .or_else(|| error.chain().find_map(of_system))
}

fn of_cause(cause: &(dyn Cause + 'static)) -> Option<String> {
    if let Some(advised) = cause.downcast_ref::<Advised>() {
        return Some(advised.advice.clone());
    }
    None.or_else(|| cause.downcast_ref().and_then(of_check))
        .or_else(|| cause.downcast_ref().and_then(of_load))
        .or_else(|| cause.downcast_ref().and_then(of_dump))
        .or_else(|| cause.downcast_ref().and_then(of_key))
        .or_else(|| cause.downcast_ref().and_then(of_index))
        .or_else(|| cause.downcast_ref().and_then(of_lock))
        .or_else(|| cause.downcast_ref().and_then(of_segment))
        .or_else(|| cause.downcast_ref().and_then(of_sort))
        .or_else(|| cause.downcast_ref().and_then(of_write))
        .or_else(|| cause.downcast_ref().map(of_baseline))
}

/// An error of the command line itself, with its advice.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Advised {
    message: String,
    details: Vec<String>,
    advice: String,
}

impl Advised {
    pub(crate) fn new(message: String, advice: String) -> Advised {
        let details = Vec::new();
        Advised {
            message,
            details,
            advice,
        }
    }

    pub(crate) fn with_details(self, details: Vec<String>) -> Advised {
        Advised { details, ..self }
    }

    /// Further lines of the message.
    pub(crate) fn details(&self) -> &[String] {
        &self.details
    }
}

fn of_check(error: &CheckError) -> Option<String> {
    match error {
        CheckError::List { error, .. } => of_dump(error),
        CheckError::Segment(error) => of_segment(error),
        _ => None,
    }
}

fn of_load(error: &LoadError) -> Option<String> {
    let text = match error {
        LoadError::Dump { error, .. } => return of_dump(error),
        LoadError::Sort(error) => return of_sort(error),
        LoadError::Rejects(_) => "give --rejects a path that can be written",
        LoadError::NothingLeft { .. } => "name one of them to see what is wrong with it",
        LoadError::ManyFiles { .. } => {
            "give more with --memory (some 1,000 bytes a file), or name fewer files and load the \
             others with --append"
        }
        LoadError::Repeated { .. } => "leave it out, or name the file itself: a file is skipped",
        _ => return None,
    };
    Some(text.to_owned())
}

fn of_dump(error: &DumpError) -> Option<String> {
    let text = match error {
        DumpError::Refused(refusal) => return of_refusal(*refusal),
        DumpError::NoPhoneColumn { .. } => {
            "name the column with --phone-column, --phone-field or --json-path, \
             and the country of national numbers with --country"
        }
        DumpError::AmbiguousColumn { .. } => {
            "choose with --phone-field N, --phone-column NAME or --json-path PATH"
        }
        DumpError::NoKeys => "name its columns with --phone-column or --phone-field",
        DumpError::MissingColumn { columns, .. } if columns.is_empty() => {
            "give the place of the column with --phone-field N (or --country-field N)"
        }
        DumpError::MissingColumn { .. } => {
            "name one of these columns, or its place with --phone-field N (or --country-field N)"
        }
        DumpError::NoHeader { .. } => {
            "give the place of the column with --phone-field N (or --country-field N)"
        }
        DumpError::MissingField { .. } => "count fields from 1, and check --delimiter",
        DumpError::BrokenOff { .. } | DumpError::Damaged { .. } => {
            "fetch the file again; of a dump, `load --keep-going` stores what can be read"
        }
        DumpError::Excess(excess) => of_excess(*excess)?,
        DumpError::Folder => "name the files in it",
        DumpError::Walk { .. } | DumpError::Open(_) => "check the path, and that you may read it",
        DumpError::Changed => "run it again when nobody writes to the file",
        _ => return None,
    };
    Some(text.to_owned())
}

fn of_refusal(refusal: Refusal) -> Option<String> {
    let text = match refusal {
        Refusal::Html => "fetch the file again: this is the page of an error or a download site",
        Refusal::Rar => "unpack it with `unrar x` first",
        Refusal::SevenZip => "unpack it with `7z x` first",
        Refusal::Compressed { tool, .. } => {
            return Some(format!("unpack it with `{tool}` first"));
        }
        Refusal::Archive => "name one of its files",
        Refusal::Nested { .. } => "unpack it first, or raise --max-layers",
        Refusal::Unsupported(what) => of_unsupported(what),
        Refusal::Otherwise(_) => {
            "leave --input-format out: a spreadsheet is recognised by its bytes"
        }
        Refusal::Encrypted => "decrypt it first",
        Refusal::Binary => "give text, CSV or JSON",
        Refusal::MostlyUnread => {
            "say where the numbers are (--phone-column, --phone-field, --json-path), or load what is \
             read with --allow-unread"
        }
        Refusal::NoRows => {
            "leave it out if it is empty on purpose, or say what it is with --input-format"
        }
        Refusal::NoNumbers => {
            "if it holds numbers all the same, name their column with --phone-column or \
             --phone-field, or the format with --input-format"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// How to turn a format that is not read into one that is.
fn of_unsupported(what: &str) -> &'static str {
    match what {
        "Parquet" => {
            "turn it into CSV first: duckdb -c \"COPY (FROM 'FILE.parquet') TO 'FILE.csv'\""
        }
        "Avro" => "turn it into JSON first: avro-tools tojson FILE.avro > FILE.ndjson",
        "ORC" => "turn it into JSON first: orc-contents FILE.orc > FILE.ndjson",
        "BSON" => "turn it into JSON first: bsondump FILE.bson > FILE.ndjson",
        "an archive of mongodump" => {
            "restore it first (mongorestore --archive=FILE), then mongoexport each collection"
        }
        "a custom dump of Postgres" => "turn it into SQL first: pg_restore -f FILE.sql FILE.dump",
        "an Access database" => "export each table first: mdb-export FILE.mdb TABLE > TABLE.csv",
        "a SQLite database" => "turn it into SQL first: sqlite3 FILE .dump > FILE.sql",
        "PHP" | "PHP's notation" | "Python's notation" | "Ruby's notation" | "JavaScript" => {
            "write it as JSON first, with a program in its language"
        }
        _ => "export it as CSV first",
    }
}

fn of_excess(excess: Excess) -> Option<&'static str> {
    Some(match excess {
        Excess::Bytes(_) => "if it is no bomb, raise --max-expansion",
        Excess::Ratio(_) => "if it is no bomb, raise --max-ratio",
        Excess::Entries(_) => "if it is no bomb, raise --max-entries",
        Excess::Memory(_) => "raise --memory; or unpack it first, or export a spreadsheet as CSV",
        _ => return None,
    })
}

fn of_key(error: &KeyError) -> Option<String> {
    Some(match error {
        KeyError::Random(_) => "check that the system offers getrandom or /dev/urandom".to_owned(),
        KeyError::Missing { .. } => {
            "check the path; an index can be read with no other key than the one it was made under"
                .to_owned()
        }
        KeyError::Exists { path } => format!(
            "name another file, or move {} away if nothing was indexed under it",
            shown(&path)
        ),
        KeyError::Kind { .. } => "name the file that `leakline keygen` wrote".to_owned(),
        KeyError::Owner { path, .. } => format!(
            "check where the file comes from; then `chown {}`, or copy it into a file of your own",
            shown(&path)
        ),
        KeyError::Mode { path, .. } => format!("if it is your key: chmod 600 {}", shown(&path)),
        KeyError::Length { .. } | KeyError::NotHex { .. } => {
            "give the key that `leakline keygen` wrote, or restore it from a copy: \
             without its key an index is worthless"
                .to_owned()
        }
        KeyError::Io { path, .. } => check_disk(path),
        _ => return None,
    })
}

fn of_index(error: &IndexError) -> Option<String> {
    Some(match error {
        IndexError::Missing { path } | IndexError::Empty { path } => of_no_index(path),
        IndexError::NoManifest { .. } => {
            "restore the whole folder from a copy; each .segment file alone is still an index"
                .to_owned()
        }
        IndexError::DamagedManifest { .. }
        | IndexError::Forged { .. }
        | IndexError::ListedMissing { .. }
        | IndexError::ListedOther { .. }
        | IndexError::ListedRole { .. } => {
            "restore the whole folder from a copy, or load its sources into a new index".to_owned()
        }
        IndexError::Version { found, .. } if *found < FORMAT_VERSION => {
            "load the sources into a new index with `leakline load`".to_owned()
        }
        IndexError::Version { .. } => {
            "use the version of leakline that made it, or a later one".to_owned()
        }
        IndexError::NotASource { .. } => "name the folder that it is in".to_owned(),
        IndexError::Io { path, .. } | IndexError::CleanUp { path, .. } => check_disk(path),
        IndexError::Segment(error) | IndexError::Tombstones(error @ SegmentError::Io { .. }) => {
            return of_segment(error);
        }
        IndexError::Tombstones(_) => "restore the whole folder from a copy: \
             without this file, numbers that are forgotten could come back"
            .to_owned(),
        IndexError::WrongKey { made_under, .. } => other_key(*made_under),
        IndexError::NoSource { .. } => "`leakline sources` lists the sources".to_owned(),
        _ => return None,
    })
}

/// The two commands of a first use; or the index that is there, if another was named.
fn of_no_index(path: &Path) -> String {
    match folders::default_index() {
        Some(default) if default != path && default.is_dir() => format!(
            "check --index; the default index, used without it, is {}",
            shown(&default)
        ),
        _ => "make one with `leakline load --source NAME DUMP`, then `leakline check -i LIST`; \
              or name one with --index"
            .to_owned(),
    }
}

fn of_lock(error: &LockError) -> Option<String> {
    Some(match error {
        LockError::Busy { .. } => "wait for it to end, then try again".to_owned(),
        LockError::NotAFolder { .. } => {
            "name a folder with --index, or a path where one can be made".to_owned()
        }
        LockError::Io { path, source, .. } if is_full(source) => make_room(path),
        LockError::Io { path, .. } => check_disk(path),
        _ => return None,
    })
}

fn of_segment(error: &SegmentError) -> Option<String> {
    let text = match error {
        SegmentError::NotASegment { .. } => {
            "an index is the folder that `leakline load` made, or one .segment file of it; \
             a contact list is given with -i. If it is a segment, restore it from a copy"
        }
        SegmentError::Version { found, .. } if *found < FORMAT_VERSION => {
            "load the source into a new index with `leakline load`"
        }
        SegmentError::Version { .. } | SegmentError::UnknownCountry { .. } => {
            "use the version of leakline that made it, or a later one"
        }
        SegmentError::Damaged { .. } | SegmentError::Meta { .. } => {
            "restore the file from a copy, or load its source again with `leakline load --replace`"
        }
        SegmentError::WrongKey { made_under, .. } => return Some(other_key(*made_under)),
        SegmentError::Io { path, .. } => return Some(check_disk(path)),
        _ => return None,
    };
    Some(text.to_owned())
}

fn of_sort(error: &SortError) -> Option<String> {
    let folder = match error {
        SortError::Disk { folder, .. } | SortError::Io { folder, .. } => shown(&folder),
        SortError::Full { .. } => {
            return Some(
                "give more with --memory, or load the dump into an index and check against that"
                    .to_owned(),
            );
        }
        _ => return None,
    };
    let elsewhere = "name a folder for temporary files on another one with TMPDIR, \
                     or give more memory with --memory";
    Some(match error {
        SortError::Disk { spills: true, .. } => format!(
            "make room on the disk of {folder}, {elsewhere} \
             (some 26 bytes a number need no temporary file)"
        ),
        SortError::Disk { .. } => format!(
            "make room on the disk of {folder}, or name an index on another one with --index"
        ),
        SortError::Io { source, .. } if is_full(source) => {
            format!("make room on the disk of {folder}, {elsewhere}; the index is as it was")
        }
        _ => format!("check the rights and the disk of {folder}"),
    })
}

fn of_write(error: &WriteError) -> Option<String> {
    Some(match error {
        WriteError::Sort(error) => return of_sort(error),
        WriteError::Segment(error) => return of_segment(error),
        WriteError::Io { path, source } if is_full(source) => {
            format!("{}; the index is as it was", make_room(path))
        }
        WriteError::Io { path, .. } => format!("{}; the index is as it was", check_disk(path)),
        WriteError::OutcomeUnknown { .. } => {
            "`leakline verify` says whether it is good, `leakline sources` which state it is in"
                .to_owned()
        }
        WriteError::TooManySources { .. } => {
            "load into another index with --index, or more dumps under one --source; \
             the index is as it was"
                .to_owned()
        }
        WriteError::Meta(_) | WriteError::MetaLength { .. } => {
            "load fewer files at once, into several sources".to_owned()
        }
        _ => "this is a fault of leakline: please report it; the index is as it was".to_owned(),
    })
}

fn of_baseline(error: &BaselineError) -> String {
    let text = match error {
        BaselineError::WrongKey { .. } => {
            "give the key that the baseline was made under, or make it anew: \
             fingerprints of one key mean nothing under another"
        }
        BaselineError::Version { .. } => "use the version of leakline that wrote it",
        _ => "name the file that --update-baseline wrote, or mend the entry",
    };
    text.to_owned()
}

/// Advice about an error of the system, if no other cause has any.
fn of_system(cause: &(dyn Cause + 'static)) -> Option<String> {
    let text = match cause.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            "check the path: a folder in it is not there"
        }
        io::ErrorKind::IsADirectory => "name a file, not a folder",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "name a place that you may write to"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room, or write to another disk"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

fn other_key(made_under: KeyId) -> String {
    format!("give the key {made_under} with --key-file or --key-env, or another index with --index")
}

fn is_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::StorageFull
}

fn make_room(path: &Path) -> String {
    format!("make room on the disk of {}", shown(&path))
}

fn check_disk(path: &Path) -> String {
    format!("check the rights and the disk of {}", shown(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_version(found: u32) -> Option<String> {
        let path = "a.segment".into();
        advice(&SegmentError::Version { path, found }.into())
    }

    #[test]
    fn the_advice_on_a_version_says_which_way_to_go() {
        assert!(of_version(FORMAT_VERSION + 1).unwrap().contains("later"));
        assert!(
            of_version(FORMAT_VERSION - 1)
                .unwrap()
                .contains("new index")
        );
    }

    #[test]
    fn advice_is_found_under_any_context() {
        let missing = IndexError::Missing {
            path: "none".into(),
        };
        let error = anyhow::Error::new(missing).context("somewhere");
        assert!(advice(&error).unwrap().contains("leakline load"));
        let full = SortError::Full { memory: 1 };
        let error = anyhow::Error::new(LoadError::Sort(full));
        assert!(advice(&error).unwrap().contains("--memory"));
    }

    #[test]
    fn the_system_s_error_speaks_last() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = anyhow::Error::new(denied).context("a.csv: cannot be written");
        assert!(advice(&error).unwrap().contains("may write"));
        assert_eq!(advice(&anyhow::anyhow!("nobody knows")), None);
    }
}
