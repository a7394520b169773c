//! Values of flags, parsed once into types that cannot be wrong.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};
use leakline::dump::Format;
use leakline::exposure::Exposure;
use leakline::index::Status;
use leakline::phone::{Accept, Region};

use super::{CheckFormat, InputFormat};

/// Bytes, written as `64M` or `4G` (powers of 1024).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(pub(crate) usize);

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Size, Self::Err> {
        const EXPECTED: &str = "expected a size such as 256M or 4G";
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let count: usize = digits.parse().map_err(|_| EXPECTED)?;
        let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
            "" | "B" => 0,
            "K" | "KB" | "KIB" => 10,
            "M" | "MB" | "MIB" => 20,
            "G" | "GB" | "GIB" => 30,
            "T" | "TB" | "TIB" => 40,
            _ => return Err(EXPECTED),
        };
        count
            .checked_mul(1 << shift)
            .map(Size)
            .ok_or("the size is too large")
    }
}

/// A share from 0 to 100, with or without its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Percent(f64);

impl Percent {
    /// Whether `part` of `whole` is more than this share; of nothing, nothing is.
    pub(crate) fn is_passed_by(self, part: u64, whole: u64) -> bool {
        part as f64 * 100.0 > self.0 * whole as f64
    }

    /// Whether `part` of `whole` is this share or more, and `part` is not nothing.
    fn is_reached_by(self, part: u64, whole: u64) -> bool {
        part > 0 && part as f64 * 100.0 >= self.0 * whole as f64
    }
}

impl FromStr for Percent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Percent, Self::Err> {
        let share: f64 = (text.strip_suffix('%').unwrap_or(text).parse())
            .map_err(|_| "expected a share from 0 to 100")?;
        (0.0..=100.0)
            .contains(&share)
            .then_some(Percent(share))
            .ok_or("expected a share from 0 to 100")
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} %", self.0)
    }
}

/// When exposed contacts make the check fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FailOn {
    /// One is enough.
    Any,
    /// Never.
    Never,
    /// This many or more.
    Count(u64),
    /// This share of the checked or more.
    Share(Percent),
}

impl FailOn {
    /// Whether `exposed` of `checked` contacts fail the check.
    pub(crate) fn fails(self, exposed: u64, checked: u64) -> bool {
        match self {
            FailOn::Any => exposed > 0,
            FailOn::Never => false,
            FailOn::Count(count) => exposed >= count,
            FailOn::Share(share) => share.is_reached_by(exposed, checked),
        }
    }
}

impl FromStr for FailOn {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<FailOn, Self::Err> {
        const EXPECTED: &str = "expected any, none, a count from 1, or a share such as 5%";
        match text {
            "any" => Ok(FailOn::Any),
            "none" => Ok(FailOn::Never),
            _ if text.ends_with('%') => text.parse().map(FailOn::Share).map_err(|_| EXPECTED),
            _ => match text.parse() {
                Ok(count) if count > 0 => Ok(FailOn::Count(count)),
                _ => Err(EXPECTED),
            },
        }
    }
}

/// An age in days: `90d`, `12w`, or bare days.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Age {
    pub(crate) days: u32,
}

impl FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Age, Self::Err> {
        const EXPECTED: &str = "expected an age such as 90d or 12w";
        let (count, unit) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
            (Some(days), _) => (days, 1),
            (_, Some(weeks)) => (weeks, 7),
            _ => (text, 1),
        };
        let count: u32 = count.parse().map_err(|_| EXPECTED)?;
        Ok(Age {
            days: count.checked_mul(unit).ok_or(EXPECTED)?,
        })
    }
}

/// `FORMAT=PATH` of `--report`.
#[derive(Clone, Debug)]
pub(crate) struct ReportTo {
    pub(crate) format: CheckFormat,
    pub(crate) path: PathBuf,
}

impl FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<ReportTo, Self::Err> {
        let (format, path) = text.split_once('=').ok_or("expected FORMAT=PATH")?;
        if path.is_empty() {
            return Err("expected FORMAT=PATH".to_owned());
        }
        let format = CheckFormat::from_str(format, false).map_err(|_| {
            "the format is one of text, json, ndjson, csv, sarif, junit, github".to_owned()
        })?;
        Ok(ReportTo {
            format,
            path: path.into(),
        })
    }
}

/// A file or folder to read, or `-` for stdin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InputPath {
    Stdin,
    File(PathBuf),
}

impl InputPath {
    /// The file, unless it is stdin.
    pub(crate) fn file(&self) -> Option<&PathBuf> {
        match self {
            InputPath::Stdin => None,
            InputPath::File(path) => Some(path),
        }
    }

    /// The path as it was given.
    pub(crate) fn as_path(&self) -> &Path {
        self.file().map_or(Path::new("-"), PathBuf::as_path)
    }
}

impl From<OsString> for InputPath {
    fn from(path: OsString) -> InputPath {
        if path == "-" {
            InputPath::Stdin
        } else {
            InputPath::File(path.into())
        }
    }
}

pub(crate) fn input_path() -> impl TypedValueParser<Value = InputPath> {
    OsStringValueParser::new().map(InputPath::from)
}

/// A path, or nothing: an environment variable that is empty counts as unset.
pub(crate) fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

pub(crate) fn from_one(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "expected a whole number from 1")
}

pub(crate) fn region(text: &str) -> Result<Region, String> {
    Region::from_name(text)
        .ok_or_else(|| "not a country that is known; give its ISO code, as in EG".to_owned())
}

/// The region of numbers, of which `001` is one too.
pub(crate) fn number_region(text: &str) -> Result<Region, String> {
    Region::from_code(text).map_or_else(|| region(text), Ok)
}

pub(crate) fn input_format(text: &str) -> Result<InputFormat, String> {
    if text == "auto" {
        return Ok(InputFormat(None));
    }
    let format: Option<Format> = text.parse().ok();
    format
        .map(|format| InputFormat(Some(format)))
        .ok_or_else(|| {
            "one of auto, text, csv, json, ndjson, sql, vcard, ldif, xlsx, ods".to_owned()
        })
}

pub(crate) fn status(text: &str) -> Result<Status, String> {
    text.parse()
        .map_err(|_| "one of alleged, verified, disputed, fabricated".to_owned())
}

pub(crate) fn accept(text: &str) -> Result<Accept, String> {
    match text {
        "valid" => Ok(Accept::Valid),
        "possible" => Ok(Accept::Possible),
        _ => Err("one of valid, possible".to_owned()),
    }
}

pub(crate) fn exposure(text: &str) -> Result<Exposure, String> {
    let known = Exposure::ALL
        .into_iter()
        .find(|exposure| exposure.code() == text);
    known.ok_or_else(|| "one of exposed, not-found, not-covered, invalid".to_owned())
}
