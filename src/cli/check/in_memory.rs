//! Dumps for one check: read into segments in memory under a throw-away key. Nothing is written to
//! disk.

use std::collections::BTreeSet;

use leakline::index::{Segment, SegmentWriter, Sorter, SourceMeta, SourceName, Spill, Tombstones};
use leakline::intake::{MostlyUnread, ReadingPolicy};
use leakline::key::Key;
use leakline::load::{LoadOptions, Loaded, read_dumps};
use leakline::phone::{Accept, Purpose};
use leakline::tag::Tagger;

use super::plan::DumpPlan;
use crate::cli::args::values::InputPath;
use crate::cli::clock;
use crate::cli::inputs::{self, HeldFiles, Watcher};
use crate::cli::load::outcome::refuse_mostly_unread;
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::progress::{Progress, human};

/// One segment a dump, named after it.
pub(crate) fn load(
    plan: &DumpPlan,
    settings: &Settings,
    key: &Key,
) -> anyhow::Result<Vec<Segment>> {
    let tagger = Tagger::new(key);
    let mut names = BTreeSet::new();
    let mut segments = Vec::new();
    for dump in &plan.dumps {
        let name = if *dump == InputPath::Stdin {
            "stdin".parse()?
        } else {
            inputs::source_name(dump)?
        };
        let name = unused(&name, &names)?;
        names.insert(name.clone());
        let found = inputs::discover(std::slice::from_ref(dump))?;
        let options = LoadOptions {
            read: leakline::dump::ReadOptions::default(),
            limits: plan.limits,
            policy: ReadingPolicy {
                purpose: Purpose::Load(Accept::Valid),
                country: None,
                order: plan.order,
                mostly_unread: MostlyUnread::Refused,
            },
            fallback: plan.fallback,
            threads: plan.threads,
            keep_going: false,
            held: Vec::new(),
            forgotten: Tombstones::default(),
        };
        let progress = Progress::new(settings, inputs::bytes_of_dumps(&found), "numbers");
        let mut watcher = Watcher {
            settings,
            progress: &progress,
            rejects: None,
            held: HeldFiles::default(),
        };
        let sorter = Sorter::new(plan.memory, plan.threads.get(), Spill::Never);
        let loaded = read_dumps(&found, &options, &tagger, sorter, &mut watcher)?;
        watcher.end();
        drop(progress);
        inputs::warn_of_missing_countries(&loaded, settings);
        inputs::warn_of_unread_numbers(&loaded);
        refuse_mostly_unread(&loaded)?;
        refuse_rejects(&name, &loaded, settings)?;
        segments.push(segment(name, loaded, key)?);
    }
    Ok(segments)
}

/// The name, or the name with a number behind it if another dump has it.
fn unused(name: &SourceName, names: &BTreeSet<SourceName>) -> anyhow::Result<SourceName> {
    let mut candidate = name.clone();
    let mut count = 1;
    while names.contains(&candidate) {
        count += 1;
        let stem: String = name
            .as_str()
            .chars()
            .take(SourceName::MAX_LENGTH - 8)
            .collect();
        candidate = format!("{stem}-{count}").parse()?;
    }
    Ok(candidate)
}

/// Rejected rows cannot be found: too many of them would make "not found" a lie.
fn refuse_rejects(name: &SourceName, loaded: &Loaded, settings: &Settings) -> anyhow::Result<()> {
    let (accepted, rejected) = (loaded.tally.accepted, loaded.tally.rejected_in_all());
    if accepted + rejected == 0 {
        return Err(failure(
            format!("dump {name}: is empty: there is no row to read"),
            "check the path, and that the dump was fetched whole",
        ));
    }
    if accepted == 0 || rejected > accepted {
        return Err(failure(
            format!(
                "dump {name}: {} of {} rows hold no number",
                human(rejected),
                human(accepted + rejected)
            ),
            "see why with `leakline load --dry-run --rejects FILE`, and load it with the options it needs",
        ));
    }
    if rejected > 0 {
        settings.write_line(&format!(
            "dump {name}: {} of {} rows hold no number and were left out",
            human(rejected),
            human(accepted + rejected)
        ));
    }
    Ok(())
}

fn segment(source: SourceName, mut loaded: Loaded, key: &Key) -> anyhow::Result<Segment> {
    let meta = SourceMeta {
        provenance: loaded.take_provenance(None),
        ..SourceMeta::new(source, clock::now()?.to_string())
    };
    let mut writer = SegmentWriter::new(Vec::new(), &meta, key)?;
    if let Some(sorted) = loaded.sorted.take() {
        for (region, records) in sorted.regions() {
            writer.section(region, records, sorted.region(region))?;
        }
    }
    let (bytes, _) = writer.end()?;
    Segment::from_bytes(bytes, Some(key)).map_err(anyhow::Error::from)
}
