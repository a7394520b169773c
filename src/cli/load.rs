//! `load`: dumps into the index, as one source, whole or not at all.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use leakline::dump::LineEnd;
use leakline::index::{
    self, CountryCount, Segment, SegmentWriter, Sorted, Sorter, SourceMeta, SourceName, Spill,
    WriteError, WriteLock, merge_union,
};
use leakline::intake::Manner;
use leakline::key::Key;
use leakline::load::{LoadOptions, LoadReport, Loaded, read_dumps};
use leakline::phone::{METADATA_VERSION, MIGRATIONS_VERSION, Purpose, Region};
use leakline::tag::Tagger;

use super::args::Load;
use super::exit::Exit;
use super::failure::{failure, say, say_more, told};
use super::inputs::{self, Watcher};
use super::output::Output;
use super::progress::{Progress, human};
use super::settings::Settings;
use super::{claimed, clock, keys, locks};

pub(crate) fn run(args: &Load, settings: &Settings) -> anyhow::Result<Exit> {
    let source = match &args.source {
        Some(name) => name.clone(),
        None => inputs::source_name(&args.dumps[0])?,
    };
    let found = inputs::discover(&args.dumps)?;
    let claimed = args.claimed.as_deref().map(claimed::read).transpose()?;
    let index = settings.index()?;
    // A dry run stores nothing, so any key will do and no writer is in its way.
    let lock = if args.dry_run {
        None
    } else {
        Some(locks::take(&index, settings)?)
    };
    let key = if args.dry_run {
        Key::generate()?
    } else {
        keys::open_or_make(settings, &index)?
    };
    let before = match &lock {
        Some(lock) => earlier_load(lock, args, &source, &key)?,
        None => None,
    };

    let progress = Progress::new(settings, inputs::total_bytes(&found), "numbers");
    let options = LoadOptions {
        read: args.input.read_options(LineEnd::Newline),
        limits: args.input.limits(),
        manner: Manner {
            purpose: Purpose::Load(args.accept),
            country: args.input.country,
            international: args.input.international,
        },
        fallback: None,
        threads: settings.threads(),
        keep_going: args.keep_going,
        held: before
            .as_ref()
            .map(|segment| segment.meta().provenance.files.clone())
            .unwrap_or_default(),
    };
    let spill = match &lock {
        Some(lock) => Spill::Unnamed(lock.folder().to_owned()),
        None => Spill::Unnamed(std::env::temp_dir()),
    };
    let sorter = Sorter::new(args.memory.0, settings.threads().get(), spill);
    let mut rejects = args
        .rejects
        .as_deref()
        .map(RejectsFile::create)
        .transpose()?;
    let mut watcher = Watcher {
        settings,
        progress: &progress,
        rejects: rejects
            .as_mut()
            .map(|rejects| &mut rejects.file as &mut dyn Write),
    };
    let tagger = Tagger::new(&key);
    let mut loaded = read_dumps(&found, &options, &tagger, sorter, &mut watcher).map_err(told)?;
    rejects.map(RejectsFile::finish).transpose()?;
    inputs::warn_of_unknown_countries(&loaded, settings);

    let sorted = loaded.sorted.take();
    let counts = match &sorted {
        None => Vec::new(),
        Some(sorted) => {
            if let Err(refused) = refuse_rejects(args, &loaded) {
                if args.json {
                    loaded.complete = false;
                    let counts = count(sorted).map_err(told)?;
                    let report = LoadReport::new(source, loaded, &counts);
                    Output::choose(None, settings.quiet())?.write_json(&report)?;
                }
                return Err(refused);
            }
            progress.step("writing the segment");
            let meta = meta(args, source.clone(), claimed, &loaded, before.as_ref())?;
            let written = match &lock {
                Some(lock) => store(lock, &meta, &key, sorted, before.as_ref()),
                None => count(sorted),
            };
            written.map_err(told)?
        }
    };
    drop(progress);

    let report = LoadReport::new(source.clone(), loaded, &counts);
    if !settings.quiet() {
        summarize(&report, &source, args, &index);
    }
    if args.json {
        Output::choose(None, settings.quiet())?.write_json(&report)?;
    }
    Ok(if report.complete {
        Exit::Clean
    } else {
        Exit::Undecided
    })
}

/// The segment that is added to, or none. Refuses to touch a source that is there without being told how.
fn earlier_load(
    lock: &WriteLock,
    args: &Load,
    source: &SourceName,
    key: &Key,
) -> anyhow::Result<Option<Segment>> {
    let existing = lock.existing(source);
    // All segments of an index are of one key; one that is to be replaced need not even be readable.
    for path in index::segment_files(lock.folder()).map_err(told)? {
        if !args.replace || existing.as_ref() != Some(&path) {
            let segment = Segment::open(&path).map_err(told)?;
            keys::expect(&segment, key.id()).map_err(told)?;
        }
    }
    match existing {
        Some(path) if args.append => Segment::open(&path).map(Some).map_err(told),
        Some(_) if !args.replace => Err(failure(
            format!("source {source} is in the index already"),
            "give --replace to load it anew, --append to add to it, or another name with --source",
        )),
        _ => Ok(None),
    }
}

fn meta(
    args: &Load,
    source: SourceName,
    claimed: Option<BTreeMap<String, u64>>,
    loaded: &Loaded,
    before: Option<&Segment>,
) -> anyhow::Result<SourceMeta> {
    // What an appending load does not say stays as it was.
    let before = before.map(Segment::meta);
    Ok(SourceMeta {
        source,
        title: args
            .title
            .clone()
            .or(before.and_then(|before| before.title.clone())),
        date: args
            .date
            .clone()
            .or(before.and_then(|before| before.date.clone())),
        status: args
            .status
            .or(before.map(|before| before.status))
            .unwrap_or_default(),
        note: args
            .note
            .clone()
            .or(before.and_then(|before| before.note.clone())),
        claimed: claimed.or(before.and_then(|before| before.claimed.clone())),
        loaded_at: clock::now()?.to_string(),
        leakline_version: env!("CARGO_PKG_VERSION").to_owned(),
        metadata_version: METADATA_VERSION.to_owned(),
        migrations_version: MIGRATIONS_VERSION,
        provenance: loaded.provenance(before.map(|before| &before.provenance)),
    })
}

/// Writes the segment and gives the counts of this load alone.
fn store(
    lock: &WriteLock,
    meta: &SourceMeta,
    key: &Key,
    sorted: &Sorted,
    before: Option<&Segment>,
) -> Result<Vec<CountryCount>, WriteError> {
    let mut writer = SegmentWriter::create(lock, meta, key.id())?;
    let mut counts = Vec::new();
    for region in Region::all() {
        let records = sorted.records(region);
        let distinct = Cell::new(0);
        let tags = sorted
            .region(region)
            .inspect(|_| distinct.set(distinct.get() + 1));
        match before.and_then(|segment| Some((segment, segment.country(region)?))) {
            Some((segment, count)) => {
                let all = merge_union::<_, _, WriteError>(segment.tags(region), tags);
                writer.section(region, count.records + records, all)?;
            }
            None if records > 0 => {
                writer.section(region, records, tags)?;
            }
            None => {}
        }
        if records > 0 {
            counts.push(CountryCount {
                region,
                records,
                distinct: distinct.get(),
            });
        }
    }
    writer.finish()?;
    Ok(counts)
}

/// The counts that would be stored.
fn count(sorted: &Sorted) -> Result<Vec<CountryCount>, WriteError> {
    let count_region = |(region, records)| {
        let mut distinct = 0;
        for tag in sorted.region(region) {
            tag?;
            distinct += 1;
        }
        Ok(CountryCount {
            region,
            records,
            distinct,
        })
    };
    sorted.regions().map(count_region).collect()
}

/// Nothing is stored of dumps that hold too little.
fn refuse_rejects(args: &Load, loaded: &Loaded) -> anyhow::Result<()> {
    let tally = &loaded.tally;
    let (accepted, rejected) = (tally.accepted_in_all(), tally.rejected_in_all());
    let tried = accepted + rejected;
    if accepted > 0 && !args.max_rejects.is_passed_by(rejected, tried) {
        return Ok(());
    }
    let mut reasons: Vec<_> = tally.rejected.iter().collect();
    reasons.sort_by_key(|(reason, (count, _))| (Reverse(*count), reason.code()));
    let commonest = reasons.iter().take(5).map(|(reason, (count, place))| {
        let path = &loaded.files[place.file].path;
        format!(
            "\n  {} {}, first at {path}: line {}",
            human(*count),
            reason.code(),
            place.line
        )
    });
    let commonest: String = commonest.collect();
    Err(if accepted == 0 {
        failure(
            format!("no row holds a phone number; nothing was stored{commonest}"),
            "say where the numbers are (--phone-column, --phone-field) and of which country (--country)",
        )
    } else {
        failure(
            format!(
                "{} of {} rows are rejected, more than --max-rejects {} allows; nothing was stored{commonest}",
                human(rejected),
                human(tried),
                args.max_rejects,
            ),
            "see every one with --rejects FILE; say where the numbers are (--phone-column, --phone-field) \
             and of which country (--country), or raise --max-rejects",
        )
    })
}

/// For people, on stderr.
fn summarize(report: &LoadReport, source: &SourceName, args: &Load, index: &Path) {
    let rows = format!(
        "{source}: {} rows: {} accepted, {} rejected, {} blank",
        human(report.rows),
        human(report.accepted),
        human(report.rejected),
        human(report.blank),
    );
    say(&rows);
    let mut reasons: Vec<_> = report.rejected_by_reason.iter().collect();
    reasons.sort_by_key(|(code, count)| (Reverse(**count), **code));
    if !reasons.is_empty() {
        let reasons = reasons
            .iter()
            .map(|(code, count)| format!("{} {code}", human(**count)));
        say_more(&format!(
            "rejected: {}",
            reasons.collect::<Vec<_>>().join(", ")
        ));
    }
    let numbers = format!(
        "{} distinct numbers, {} duplicates",
        human(report.distinct),
        human(report.duplicates)
    );
    let migrated = format!(", {} migrated from old plans", human(report.migrated));
    let mismatch = format!(
        ", {} of another country than their file or column says",
        human(report.country_mismatch)
    );
    let kept = [
        (true, numbers),
        (report.migrated > 0, migrated),
        (report.country_mismatch > 0, mismatch),
    ];
    say_more(
        &kept
            .into_iter()
            .filter_map(|(kept, part)| kept.then_some(part))
            .collect::<String>(),
    );
    let top = report
        .countries
        .iter()
        .take(5)
        .map(|country| format!("{} {}", country.name, human(country.distinct)));
    let top: Vec<_> = top.collect();
    if !top.is_empty() {
        let more = match report.countries.len() - top.len() {
            0 => String::new(),
            more => format!(", and {more} more countries"),
        };
        say_more(&format!("{}{more}", top.join(", ")));
    }
    if args.dry_run {
        say_more("dry run: nothing was stored");
    } else if report.rows > 0 {
        say_more(&format!("stored in {}", index.display()));
    } else {
        say_more("nothing was new; the index is as it was");
    }
    if !report.complete {
        say("not everything could be read: the source is incomplete");
    }
}

/// File, line and reason of every rejected row, as tab-separated text.
struct RejectsFile {
    file: BufWriter<File>,
    name: String,
}

impl RejectsFile {
    fn create(path: &Path) -> anyhow::Result<RejectsFile> {
        let name = path.display().to_string();
        let file = File::create(path).with_context(|| format!("{name}: cannot be written"))?;
        let mut file = BufWriter::new(file);
        writeln!(file, "file\tline\treason")?;
        Ok(RejectsFile { file, name })
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.file
            .flush()
            .with_context(|| format!("{}: cannot be written", self.name))
    }
}
