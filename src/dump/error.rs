//! Why a dump cannot be read. Facts only: the caller knows the path, and no cell is named.

use std::{io, num::NonZeroUsize, path::PathBuf};

use super::{Excess, Format};
use crate::printable::{mask_numbers, shown};

/// Why a whole file is refused. In a folder it is skipped; named, it fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A web page.
    Html,
    /// A RAR archive.
    Rar,
    /// A 7z archive.
    SevenZip,
    /// Compressed, or an archive.
    Compressed {
        /// The compression: `gzip`.
        kind: &'static str,
        /// The program that unpacks it: `gunzip`.
        tool: &'static str,
    },
    /// An archive of files, where one file is wanted.
    Archive,
    /// Packed in more layers than are allowed.
    Nested {
        /// Number of layers that are allowed.
        layers: u32,
    },
    /// A format that is recognised and not read: `vCard`.
    Unsupported(&'static str),
    /// Not of the format that the user names: its first bytes would show it.
    Otherwise(Format),
    /// Encrypted.
    Encrypted,
    /// Not text: a picture, a program, a database.
    Binary,
    /// Bytes, and no row in them.
    NoRows,
    /// Text of which hardly a line has enough digits for a number.
    NoNumbers,
    /// More numbers are in columns that are not read than in those that are.
    MostlyUnread,
}

/// Why a dump cannot be opened or read on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DumpError {
    /// A named path cannot be looked at, or a folder cannot be listed.
    #[error("{}: cannot be read", shown(&path))]
    Walk {
        /// The path.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file cannot be opened.
    #[error("cannot open the file")]
    Open(#[source] io::Error),
    /// Reading stopped part of the way.
    #[error("cannot read the file")]
    Read(#[source] io::Error),
    /// The file changed while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// Packed data ends before its end.
    #[error("the {kind} data breaks off")]
    BrokenOff {
        /// The kind of data: `gzip`.
        kind: &'static str,
    },
    /// Packed data contradicts itself.
    #[error("the {kind} data is damaged")]
    Damaged {
        /// The kind of data: `gzip`.
        kind: &'static str,
    },
    /// The file unpacks to more than the limits allow.
    #[error("{}", .0.message())]
    Excess(Excess),
    /// A folder where a file is wanted.
    #[error("is a folder, not a file")]
    Folder,
    /// The whole file is refused.
    #[error("{}", .0.message())]
    Refused(Refusal),
    /// No column or key holds numbers.
    #[error("no column holds phone numbers{}", list("; columns: ", columns))]
    NoPhoneColumn {
        /// The columns of the file, safe to print.
        columns: Vec<String>,
    },
    /// Several columns could hold the numbers.
    #[error(
        "several columns could hold the phone numbers{}",
        list(": ", candidates)
    )]
    AmbiguousColumn {
        /// The candidates, safe to print: header names, keys, or `field N`.
        candidates: Vec<String>,
    },
    /// Paths of keys are asked for, and the file has no keys.
    #[error("paths of JSON keys are asked for, but this is not JSON")]
    NoKeys,
    /// A column was named that the file lacks.
    #[error(
        "there is no column `{}`{}",
        mask_numbers(name),
        list("; columns: ", columns)
    )]
    MissingColumn {
        /// The name that the user gave.
        name: String,
        /// The columns of the file, safe to print.
        columns: Vec<String>,
    },
    /// A column was named, and the file has no header row.
    #[error(
        "column `{}` is asked for by name, but there is no header row",
        mask_numbers(name)
    )]
    NoHeader {
        /// The name that the user gave.
        name: String,
    },
    /// A field was asked for that no row has.
    #[error("there is no field {field}: the rows have {fields} at most")]
    MissingField {
        /// The field that the user gave.
        field: NonZeroUsize,
        /// The most fields that a row of the sample has.
        fields: usize,
    },
}

impl DumpError {
    /// Why the whole file is refused, if it is: found in a folder, such a file is skipped.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            DumpError::Refused(refusal) => Some(*refusal),
            DumpError::NoPhoneColumn { .. } => Some(Refusal::NoNumbers),
            DumpError::NoKeys => Some(Refusal::Otherwise(Format::Json)),
            _ => None,
        }
    }
}

impl Refusal {
    fn message(self) -> String {
        match self {
            Refusal::Html => "is a web page, not a dump".to_owned(),
            Refusal::Rar => "is a RAR archive".to_owned(),
            Refusal::SevenZip => "is a 7z archive".to_owned(),
            Refusal::Compressed { kind, .. } => format!("is compressed ({kind})"),
            Refusal::Archive => "is an archive".to_owned(),
            Refusal::Nested { layers } => format!("is packed more than {layers} times"),
            Refusal::Unsupported(what) => format!("unsupported: {what}"),
            Refusal::Otherwise(asked) => format!("is not {asked}"),
            Refusal::Encrypted => "is encrypted".to_owned(),
            Refusal::Binary => "is not text".to_owned(),
            Refusal::NoRows => "holds no rows".to_owned(),
            Refusal::NoNumbers => "no column holds phone numbers".to_owned(),
            Refusal::MostlyUnread => {
                "more phone numbers are in columns that are not read than in those that are"
                    .to_owned()
            }
        }
    }
}

fn list(lead: &str, names: &[String]) -> String {
    const MOST: usize = 20;
    match names.len() {
        0 => String::new(),
        1..=MOST => format!("{lead}{}", names.join(", ")),
        many => format!(
            "{lead}{} and {} more",
            names[..MOST].join(", "),
            many - MOST
        ),
    }
}
