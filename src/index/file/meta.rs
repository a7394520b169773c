//! What a segment says about its source: metadata of the breach, and where its tags came from.
//!
//! Written as JSON into the segment. Fields that this version does not know are ignored on reading,
//! so that later versions may add some.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    str::FromStr,
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

use super::{partial_date::PartialDate, source_name::SourceName};
use crate::phone::{METADATA_VERSION, MIGRATIONS_VERSION, ReadingCounts};

/// How far a breach is established.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Somebody says so.
    #[default]
    Alleged,
    /// Confirmed by the breached party or by independent analysis.
    Verified,
    /// Denied with reasons.
    Disputed,
    /// Known to be made up.
    Fabricated,
}

/// A source and its load, as the segment keeps them, with the records of its files or with
/// [`FileCounts`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMeta<Files = Vec<FileRecord>> {
    /// The name, unique in an index.
    pub source: SourceName,
    /// A title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When the data was taken or published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// How far the breach is established.
    #[serde(default)]
    pub status: Status,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The counts by country that the seller published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<BTreeMap<String, u64>>,
    /// When it was loaded, RFC 3339 in UTC to the second: the only clock in a segment.
    pub loaded_at: String,
    /// The version of leakline that wrote the segment.
    pub leakline_version: String,
    /// The version of the numbering plans that its numbers were read by.
    pub metadata_version: String,
    /// The version of the table of old plans.
    pub migrations_version: u32,
    /// The files read, and the fate of their rows.
    // Each field of `Provenance` may be missing, this one too.
    #[serde(bound(deserialize = "Files: Deserialize<'de> + Default"))]
    pub provenance: Provenance<Files>,
}

/// The metadata of an open segment. There may be a hundred thousand files, and most answers need
/// none of their records.
pub type SourceSummary = SourceMeta<FileCounts>;

/// The origin of a source's numbers, over all its loads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance<Files = Vec<FileRecord>> {
    /// Numbers that were read or tried: accepted, rejected and blank.
    pub rows: u64,
    /// Rows that gave a number.
    pub accepted: u64,
    /// Rows that gave none.
    pub rejected: u64,
    /// Rows with nothing in them.
    pub blank: u64,
    /// The rejected rows by the code of their reason.
    pub rejected_by_reason: BTreeMap<String, u64>,
    /// Accepted rows that were rewritten from an old numbering plan.
    pub migrated: u64,
    /// Whether all of the input was read.
    pub complete: bool,
    /// The files, in the order of their paths.
    pub files: Files,
}

/// What is kept of the records of files while a segment is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// Number of files.
    pub files: usize,
    /// Numbers in columns or keys that are not read, in all of them.
    pub unread: u64,
}

/// One file of a load.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileRecord {
    /// As it was named or found; `-` for stdin.
    pub path: String,
    /// Its length as found.
    pub bytes: u64,
    /// SHA-256 of its bytes as found, in hex.
    pub sha256: String,
    /// The input format it was read as.
    pub format: String,
    /// Its text encoding.
    pub encoding: String,
    /// How it was compressed.
    pub compression: Option<String>,
    /// The names or places of the columns that hold numbers.
    pub phone_columns: Vec<String>,
    /// The home region that its name gave, ISO 3166 alpha-2.
    pub home: Option<String>,
    /// How bare digits were read: `international` or `home`.
    pub reading: ReadingCounts,
    /// Numbers in columns or keys that are not read.
    pub unread: UnreadRecord,
    /// Numbers that were read or tried.
    pub rows: u64,
    /// Rows that gave a number.
    pub accepted: u64,
    /// Rows that gave none.
    pub rejected: u64,
    /// Rows with nothing in them.
    pub blank: u64,
    /// Why it was left out, if it was.
    pub skipped: Option<String>,
}

/// The unread numbers of one file of a load.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnreadRecord {
    /// Numbers in the rows that were looked at.
    pub numbers: u64,
    /// Rows that were looked at: all, or the first and then some all over the file.
    pub rows_seen: u64,
    /// The columns or keys that hold most of them.
    pub places: Vec<String>,
}

/// A text that is none of the four.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is not a status: give alleged, verified, disputed or fabricated")]
pub struct BadStatus {
    /// The text given.
    pub text: String,
}

impl Status {
    /// All of them, in the order of their declaration.
    pub const ALL: [Status; 4] = [
        Status::Alleged,
        Status::Verified,
        Status::Disputed,
        Status::Fabricated,
    ];

    /// The word for it, as users give it and reports show it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Alleged => "alleged",
            Status::Verified => "verified",
            Status::Disputed => "disputed",
            Status::Fabricated => "fabricated",
        }
    }
}

impl SourceMeta {
    /// A source of which nothing is said but its name, loaded at `at` (RFC 3339 in UTC to the
    /// second) by this program.
    pub fn new(source: SourceName, at: String) -> SourceMeta {
        SourceMeta {
            source,
            title: None,
            date: None,
            status: Status::default(),
            note: None,
            claimed: None,
            loaded_at: at,
            leakline_version: env!("CARGO_PKG_VERSION").to_owned(),
            metadata_version: METADATA_VERSION.to_owned(),
            migrations_version: MIGRATIONS_VERSION,
            provenance: Provenance {
                complete: true,
                ..Provenance::default()
            },
        }
    }
}

impl<Files> SourceMeta<Files> {
    /// Whether the numbers were read by other numbering plans or rules of old plans than this
    /// program's.
    pub fn is_of_other_plans(&self) -> bool {
        self.metadata_version != METADATA_VERSION || self.migrations_version != MIGRATIONS_VERSION
    }
}

impl Provenance {
    /// Adds what another load read. A file that was read in the same way here is listed once.
    pub fn add(&mut self, mut more: Provenance) {
        let known = by_digest(&self.files);
        more.files.retain(|file| !file.is_among(&known));
        self.rows = self.rows.saturating_add(more.rows);
        self.accepted = self.accepted.saturating_add(more.accepted);
        self.rejected = self.rejected.saturating_add(more.rejected);
        self.blank = self.blank.saturating_add(more.blank);
        for (reason, count) in more.rejected_by_reason {
            let sum = self.rejected_by_reason.entry(reason).or_default();
            *sum = sum.saturating_add(count);
        }
        self.migrated = self.migrated.saturating_add(more.migrated);
        self.complete &= more.complete;
        self.files.append(&mut more.files);
        self.files
            .sort_by(|a, b| (&a.path, &a.sha256).cmp(&(&b.path, &b.sha256)));
    }

    /// How many of its files were read in the same way there.
    pub(in crate::index) fn files_in(&self, there: &Provenance) -> usize {
        let known = by_digest(&there.files);
        let files = self.files.iter();
        files.filter(|file| file.is_among(&known)).count()
    }
}

impl<'de> Deserialize<'de> for FileCounts {
    fn deserialize<D: Deserializer<'de>>(records: D) -> Result<FileCounts, D::Error> {
        /// The only field that is counted.
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct CountedFile {
            unread: CountedUnread,
        }

        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct CountedUnread {
            numbers: u64,
        }

        struct Counter;

        impl<'de> Visitor<'de> for Counter {
            type Value = FileCounts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the records of files")
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<FileCounts, S::Error> {
                let mut counts = FileCounts::default();
                while let Some(file) = seq.next_element::<CountedFile>()? {
                    counts.files = counts.files.saturating_add(1);
                    counts.unread = counts.unread.saturating_add(file.unread.numbers);
                }
                Ok(counts)
            }
        }

        records.deserialize_seq(Counter)
    }
}

fn by_digest(files: &[FileRecord]) -> HashMap<&str, Vec<&FileRecord>> {
    let mut known = HashMap::<_, Vec<_>>::new();
    for file in files {
        known.entry(file.sha256.as_str()).or_default().push(file);
    }
    known
}

impl FileRecord {
    /// Whether `known` has the same bytes, read in the same way. A file that broke off has no
    /// digest; its path stands for it.
    fn is_among(&self, known: &HashMap<&str, Vec<&FileRecord>>) -> bool {
        let alike = |other: &&FileRecord| {
            let path = if self.sha256.is_empty() {
                other.path.clone()
            } else {
                self.path.clone()
            };
            *self
                == FileRecord {
                    path,
                    ..(*other).clone()
                }
        };
        known
            .get(self.sha256.as_str())
            .is_some_and(|others| others.iter().any(alike))
    }
}

impl FromStr for Status {
    type Err = BadStatus;

    fn from_str(text: &str) -> Result<Status, BadStatus> {
        let known = Status::ALL
            .into_iter()
            .find(|status| status.as_str() == text);
        known.ok_or_else(|| BadStatus {
            text: text.to_owned(),
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn status_has_one_spelling_in_text_and_json() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse::<Status>().unwrap(), status);
            assert_eq!(
                serde_json::to_string(&status).unwrap(),
                format!("\"{status}\"")
            );
        }
        assert!("Verified".parse::<Status>().is_err());
    }

    #[test]
    fn unknown_fields_of_later_versions_are_ignored() {
        let text = r#"{"source":"a","status":"verified","loaded_at":"2026-01-01T00:00:00Z","leakline_version":"9.0.0",
            "metadata_version":"9.9.9","migrations_version":7,"later":{"x":[1]},
            "provenance":{"rows":3,"later":true,"files":[{"path":"a.txt","later":null}]}}"#;
        let meta: SourceMeta = serde_json::from_str(text).unwrap();
        assert_eq!((meta.status, meta.provenance.rows), (Status::Verified, 3));
        assert_eq!(meta.provenance.files[0].path, "a.txt");
        let summary: SourceSummary = serde_json::from_str(text).unwrap();
        assert_eq!(summary.provenance.rows, 3);
    }

    #[test]
    fn a_summary_counts_the_files_and_their_unread_numbers() {
        let mut meta = SourceMeta::new("a".parse().unwrap(), "2026-01-01T00:00:00Z".to_owned());
        meta.provenance.files = (0..5)
            .map(|file| FileRecord {
                path: format!("{file}.txt"),
                unread: UnreadRecord {
                    numbers: file,
                    ..UnreadRecord::default()
                },
                ..FileRecord::default()
            })
            .collect();
        let text = serde_json::to_vec(&meta).unwrap();
        let summary: SourceSummary = serde_json::from_slice(&text).unwrap();
        let counted = FileCounts {
            files: 5,
            unread: 1 + 2 + 3 + 4,
        };
        assert_eq!(summary.provenance.files, counted);
        assert_eq!(summary.source, meta.source);
    }
}
