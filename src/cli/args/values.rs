//! Values of flags, parsed once into types that cannot be wrong.

use std::ffi::{OsStr, OsString};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{
    OsStringValueParser, PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser,
};
use jiff::civil::Date;
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
            let known = CheckFormat::value_variants().iter();
            let known = known.filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!("the format is one of {}", names.join(", "))
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

/// A country by code or name. Help and completions know the codes.
#[derive(Clone, Copy)]
pub(crate) struct CountryParser {
    codes: CodesOf,
}

/// Which codes are countries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CodesOf {
    Homes,
    /// With `001`, which is the region of some numbers.
    Numbers,
}

/// A number of threads. The system ends a process that starts far more threads than it has room
/// for.
pub(crate) fn threads(text: &str) -> Result<NonZeroUsize, &'static str> {
    from_one(text)
        .ok()
        .filter(|threads| threads.get() <= 1024)
        .ok_or("expected a whole number from 1 to 1024")
}

/// A home country.
pub(crate) fn region() -> CountryParser {
    let codes = CodesOf::Homes;
    CountryParser { codes }
}

/// The region of numbers, of which `001` is one too.
pub(crate) fn number_region() -> CountryParser {
    let codes = CodesOf::Numbers;
    CountryParser { codes }
}

impl CountryParser {
    fn parse(self, text: &str) -> Result<Region, String> {
        let code = Region::from_code(text).filter(|_| self.codes == CodesOf::Numbers);
        code.or_else(|| Region::from_name(text))
            .ok_or_else(|| match near_names(text) {
                names if names.is_empty() => {
                    "not a known country; give its ISO code, as in EG".to_owned()
                }
                names => format!("not a known country; did you mean {}?", names.join(" or ")),
            })
    }
}

impl TypedValueParser for CountryParser {
    type Value = Region;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Region, clap::Error> {
        let this = *self;
        let parser = StringValueParser::new().try_map(move |text| this.parse(&text));
        parser.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let known = Region::all()
            .filter(|region| *region != Region::NON_GEOGRAPHIC || self.codes == CodesOf::Numbers);
        Some(Box::new(known.map(|region| {
            PossibleValue::new(region.code()).help(region.name())
        })))
    }
}

/// Names of countries that are about as this text is written, the nearest first.
fn near_names(text: &str) -> Vec<&'static str> {
    const NEAR: f64 = 0.85;
    const MOST: usize = 3;
    let text = text.to_lowercase();
    let likeness = |region: Region| {
        let name = region.name();
        (strsim::jaro_winkler(&text, &name.to_lowercase()), name)
    };
    let mut names: Vec<(f64, &str)> = Region::all().map(likeness).collect();
    names.retain(|(likeness, _)| *likeness >= NEAR);
    names.sort_by(|one, other| other.0.total_cmp(&one.0));
    names.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// A day, `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Result<Date, &'static str> {
    const EXPECTED: &str = "expected a date as YYYY-MM-DD, as in 2027-05-03";
    if text.len() == "2027-05-03".len() {
        text.parse().map_err(|_| EXPECTED)
    } else {
        Err(EXPECTED)
    }
}

pub(crate) fn input_format() -> impl TypedValueParser<Value = InputFormat> {
    let formats = [
        "auto", "text", "csv", "json", "ndjson", "sql", "vcard", "ldif", "xlsx", "ods",
    ];
    PossibleValuesParser::new(formats).try_map(|name| match name.as_str() {
        "auto" => Ok(InputFormat(None)),
        name => name.parse().map(|format: Format| InputFormat(Some(format))),
    })
}

pub(crate) fn status() -> impl TypedValueParser<Value = Status> {
    let statuses = [
        PossibleValue::new("alleged").help("somebody says so, and nobody has shown it"),
        PossibleValue::new("verified").help("shown to be true, by its victims or its owner"),
        PossibleValue::new("disputed").help("said to be false, by its owner or by others"),
        PossibleValue::new("fabricated").help("made up, or put together from other breaches"),
    ];
    PossibleValuesParser::new(statuses).try_map(|name| name.parse::<Status>())
}

pub(crate) fn accept() -> impl TypedValueParser<Value = Accept> {
    let grades = [
        PossibleValue::new("valid").help("in a range that is in use"),
        PossibleValue::new("possible").help("of a possible length, in any range"),
    ];
    PossibleValuesParser::new(grades).map(|name| match name.as_str() {
        "valid" => Accept::Valid,
        _ => Accept::Possible,
    })
}

/// An answer of `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnlyAnswer {
    Is(Exposure),
    /// Exposed, and not known by the baseline.
    New,
}

impl OnlyAnswer {
    pub(crate) fn exposure(self) -> Exposure {
        match self {
            OnlyAnswer::Is(exposure) => exposure,
            OnlyAnswer::New => Exposure::Exposed,
        }
    }
}

pub(crate) fn only_answer() -> impl TypedValueParser<Value = OnlyAnswer> {
    let codes = Exposure::ALL.map(Exposure::code).into_iter().chain(["new"]);
    PossibleValuesParser::new(codes.map(PossibleValue::new)).try_map(|name| {
        if name == "new" {
            return Ok(OnlyAnswer::New);
        }
        let mut answers = Exposure::ALL.into_iter();
        let known = answers.find(|exposure| exposure.code() == name);
        known.map(OnlyAnswer::Is).ok_or("not an answer")
    })
}
