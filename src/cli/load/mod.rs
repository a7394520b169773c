//! `load`: dumps into the index, as one source, whole or not at all.
//!
//! | file | owns |
//! |---|---|
//! | `plan` | the flags, validated |
//! | `load_target` | the index that is written to, or that a dry run looks into |
//! | `outcome` | the summary for people, and the refusal of dumps that hold too little |
//! | `rejects` | the file of rejected rows |
//! | `claimed` | a seller's table of claims |
//!
//! Reading the dumps is [`leakline::load`].

mod claimed;
mod load_target;
pub(crate) mod outcome;
mod plan;
pub(crate) mod rejects;

use std::io::Write;
use std::mem;

use leakline::index::{Sorted, Tombstones};
use leakline::key::Key;
use leakline::load::{Budget, LoadOptions, LoadReport, Loaded, read_dumps};
use leakline::tag::Tagger;

use crate::cli::args::Load;
use crate::cli::inputs::{self, HeldFiles, Watcher};
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{end_of_change, outcome_of};
use crate::cli::terminal::output;
use crate::cli::terminal::progress::Progress;
use load_target::{LoadTarget, Stored};
use outcome::{refuse_rejects, summarize};
use plan::LoadPlan;
use rejects::RejectsFile;

/// Bytes of forgotten numbers that fit into the share of the process: the shares are rounded up.
const FEW_FORGOTTEN: usize = 1 << 20;

pub(crate) fn run(args: &Load, settings: &Settings) -> anyhow::Result<Exit> {
    let plan = LoadPlan::new(args, settings)?;
    if plan.mode.is_dry() {
        // Nothing is stored, so no other writer is in the way.
        let (key, index) = load_target::open_dry(&plan.index, settings)?;
        let target = LoadTarget::DryRun(index);
        return OpenLoad::new(plan, target, settings)?.run(&key);
    }
    let lock = locks::take(&plan.index, settings)?;
    let key = key::open_or_make(settings, &plan.index)?;
    let target = LoadTarget::of_index(&plan, &lock, &key)?;
    OpenLoad::new(plan, target, settings)?.run(&key)
}

/// A load whose index is open.
struct OpenLoad<'a> {
    plan: LoadPlan,
    target: LoadTarget<'a>,
    forgotten: Tombstones,
    budget: Budget,
    settings: &'a Settings,
}

impl<'a> OpenLoad<'a> {
    fn new(
        plan: LoadPlan,
        target: LoadTarget<'a>,
        settings: &'a Settings,
    ) -> anyhow::Result<OpenLoad<'a>> {
        let forgotten = target.tombstones()?;
        let taken = forgotten.heap_bytes().saturating_sub(FEW_FORGOTTEN);
        let budget = plan.budget(taken, settings)?;
        Ok(OpenLoad {
            plan,
            target,
            forgotten,
            budget,
            settings,
        })
    }

    fn run(self, key: &Key) -> anyhow::Result<Exit> {
        let progress = self.progress();
        let mut loaded = self.read(&Tagger::new(key), &progress)?;
        let sorted = match loaded.sorted.take() {
            Some(sorted) => {
                if let Err(refused) = refuse_rejects(&self.plan, &loaded) {
                    self.report_refusal(loaded, &sorted, &refused)?;
                    return Err(refused);
                }
                Some(sorted)
            }
            None if self.plan.details.is_empty() => None,
            // Every file was skipped, but the metadata of the source changes.
            None => Some(self.target.sorter(self.budget).finish(Vec::new())?),
        };
        self.store(loaded, sorted, progress)
    }

    fn progress(&self) -> Progress {
        let bytes = inputs::bytes_of_dumps(&self.plan.dumps);
        Progress::new(self.settings, bytes, "numbers")
    }

    /// Reads the dumps, and warns of missing countries and unread columns.
    fn read(&self, tagger: &Tagger, progress: &Progress) -> anyhow::Result<Loaded> {
        let reading = &self.plan.reading;
        let options = LoadOptions {
            read: reading.options.clone(),
            limits: reading.limits,
            policy: reading.policy,
            fallback: None,
            threads: self.budget.threads(),
            keep_going: reading.keep_going,
            held: self.target.held_files(&self.plan, self.budget)?,
            forgotten: self.forgotten.clone(),
        };
        let rejects = self.plan.rejects.as_deref();
        let mut rejects = rejects.map(RejectsFile::create).transpose()?;
        let mut watcher = Watcher {
            settings: self.settings,
            progress,
            rejects: rejects
                .as_mut()
                .map(|rejects| &mut rejects.file as &mut dyn Write),
            held: HeldFiles::default(),
        };
        let sorter = self.target.sorter(self.budget);
        let loaded = read_dumps(&self.plan.dumps, &options, tagger, sorter, &mut watcher)?;
        watcher.end();
        rejects.map(RejectsFile::finish).transpose()?;
        inputs::warn_of_missing_countries(&loaded, self.settings);
        inputs::warn_of_unread_numbers(&loaded);
        Ok(loaded)
    }

    /// Prints the report of a load of which nothing is stored.
    fn report_refusal(
        &self,
        mut loaded: Loaded,
        sorted: &Sorted,
        refused: &anyhow::Error,
    ) -> anyhow::Result<()> {
        if !self.plan.json {
            return Ok(());
        }
        loaded.complete = false;
        let (source, state) = (self.plan.source.clone(), self.target.state_before());
        let report = LoadReport::new(source, loaded, &load_target::count(sorted)?, state);
        output::print_change_json(&report, &outcome_of(refused), self.settings)
    }

    /// Stores the tags if there are any, and reports.
    fn store(
        self,
        mut loaded: Loaded,
        sorted: Option<Sorted>,
        progress: Progress,
    ) -> anyhow::Result<Exit> {
        let OpenLoad {
            plan,
            target,
            forgotten,
            budget,
            settings,
        } = self;
        let Stored { counts, state } = match sorted {
            None => Stored {
                counts: Vec::new(),
                state: target.state_before(),
            },
            Some(sorted) => {
                progress.step("writing the segment");
                let mut before = target.meta_before()?;
                // The report for people names none of them.
                let reported = plan.json.then(|| loaded.files.clone());
                let before_that = (before.as_mut()).map(|before| mem::take(&mut before.provenance));
                let provenance = loaded.take_provenance(before_that);
                loaded.files = reported.unwrap_or_default();
                let meta = plan
                    .details
                    .meta(plan.source.clone(), provenance, before.as_ref())?;
                target.store(&meta, &sorted, forgotten, budget.threads())?
            }
        };
        drop(progress);
        let report = LoadReport::new(plan.source.clone(), loaded, &counts, state);
        if !settings.quiet() {
            summarize(&report, &plan);
        }
        let (exit, reason) = ending(&report);
        let (exit, reason) = end_of_change(exit, reason);
        if plan.json {
            output::print_change_json(&report, &exit.outcome(reason), settings)?;
        }
        Ok(exit)
    }
}

/// The exit code of a load that stored its rows, and the reason for it.
fn ending(report: &LoadReport) -> (Exit, Option<String>) {
    if report.complete {
        return (Exit::Clean, None);
    }
    let reason = "not everything could be read: the source is incomplete";
    (Exit::Undecided, Some(reason.to_owned()))
}
