//! `forget`: numbers out of all sources, for good, by one commit.
//!
//! Every source is written anew without them, whether it holds any or not, so that nothing tells
//! who was in it.

use std::io::IsTerminal as _;

use leakline::check::ListReader;
use leakline::dump::{Buffering, LineEnd};
use leakline::index::{IndexChange, IndexState, SourceName};
use leakline::intake::{
    BufferPool, EntryOutcome, FileReaderScratch, MostlyUnread, ReadingPolicy, RejectReason,
    RowEntry, Spellings,
};
use leakline::phone::{Number, Purpose, Region};
use leakline::tag::{Tag, Tagger};
use serde::Serialize;

use crate::cli::args::Forget;
use crate::cli::args::values::InputPath;
use crate::cli::check::lists::{self, ListWatcher, ProgressPlace};
use crate::cli::clock;
use crate::cli::inputs;
use crate::cli::settings::Settings;
use crate::cli::sources::{locks, reading, rewriting};
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{end_of_change, failure};
use crate::cli::terminal::interrupt;
use crate::cli::terminal::message::{write_detail, write_line};
use crate::cli::terminal::output;
use crate::cli::terminal::progress::{Progress, human};

/// The most contacts without a number that are named one by one.
const NAMED: u64 = 10;
/// What unpacking a list may take.
const MEMORY: usize = 64 << 20;

pub(crate) fn run(args: &Forget, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = reading::key_for(&index, settings)?;
    let ForgetRequest { counts, lost, tags } = read(args, settings, &Tagger::new(&key))?;
    if counts.forgotten == 0 {
        return Err(failure(
            "nothing was forgotten: there is no phone number in what was given",
            "--country says how to read numbers without a country code, --phone-column names their column",
        ));
    }

    let lock = locks::take(&index, settings)?;
    let state = remove(lock.change(&key, None)?, tags, settings)?;
    settings.write_line(&format!("numbers forgotten: {}", human(counts.forgotten)));
    if counts.invalid > 0 {
        write_detail(&format!("no numbers: {}, see above", human(counts.invalid)));
    }
    let (exit, reason) = match lost {
        0 => (Exit::Clean, None),
        // Somebody who asked to be forgotten is not.
        lost => {
            let reason = format!(
                "contacts that are no numbers, so not forgotten: {}",
                human(lost)
            );
            (Exit::Undecided, Some(reason))
        }
    };
    let (exit, reason) = end_of_change(exit, reason);
    if args.json {
        let report = ForgetReport {
            index: state,
            counts: &counts,
        };
        output::print_change_json(&report, &exit.outcome(reason), settings)?;
    }
    Ok(exit)
}

/// Writes every source anew without `tags`, and keeps `tags` as tombstones.
fn remove(
    mut change: IndexChange<'_>,
    tags: Vec<(Region, Tag)>,
    settings: &Settings,
) -> anyhow::Result<IndexState> {
    let forgotten = change.tombstones()?.union(tags);
    let progress = Progress::new(settings, None, "");
    let _writing = interrupt::Held::by_file();
    change.put_tombstones(&forgotten, clock::now()?.to_string())?;
    let sources: Vec<SourceName> = change.sources().cloned().collect();
    for source in &sources {
        progress.step("writing the sources");
        let joined = rewriting::join(change.open(source)?, &forgotten)?;
        rewriting::write(&mut change, &joined, settings)?;
    }
    locks::commit(change)
}

/// The numbers to forget.
#[derive(Default)]
struct ForgetRequest {
    counts: ForgetCounts,
    /// Rows that are no number, but for titles above a header.
    lost: u64,
    /// Of all numbers that the contacts may be, as `check` looks them up.
    tags: Vec<(Region, Tag)>,
}

#[derive(Serialize)]
struct ForgetReport<'a> {
    #[serde(flatten)]
    counts: &'a ForgetCounts,
    index: IndexState,
}

/// The same whether the numbers were in a source or not.
#[derive(Serialize)]
struct ForgetCounts {
    schema_version: u32,
    forgotten: u64,
    invalid: u64,
    blank: u64,
}

fn read(args: &Forget, settings: &Settings, tagger: &Tagger) -> anyhow::Result<ForgetRequest> {
    let paths = lists_named(args, settings)?;
    let options = args.input.read_options(LineEnd::Newline, Buffering::Bulk);
    let lists = lists::of_files(&paths, &options, args.input.limits(MEMORY));
    let mut watcher = ListWatcher::new(ProgressPlace::Stderr, &lists, settings);
    let policy = ReadingPolicy {
        purpose: Purpose::Check,
        country: args.input.country,
        order: args.input.order(),
        mostly_unread: MostlyUnread::Read,
    };
    let mut lists = ListReader::new(lists, policy);
    let mut request = ForgetRequest::default();
    let buffers = BufferPool::default();
    let mut scratch = FileReaderScratch::default();
    let (mut numbers, mut tags) = (Vec::new(), Vec::new());
    while let Some(list) = lists.next_batch(&mut watcher, &buffers)? {
        let Some(rows) = list.rows else {
            continue;
        };
        list.reader.read(&rows, &mut scratch, &mut |row| {
            let push = &mut |_, number| numbers.push(number);
            row.entry.for_each_spelling(Spellings::OfToday, push);
            if let Some(reason) = request.count(&row, list.shape.first_line()) {
                let (name, line, reason) = (&list.name, row.line, reason.code());
                // Somebody who asked to be forgotten is not, so `-q` does not silence this.
                watcher.suspend(|| {
                    write_line(&format!("{name}: line {line}: no phone number: {reason}"));
                });
            }
        });
        tagger.extend(&numbers, &mut tags);
        let regions = numbers.drain(..).map(Number::region);
        request.tags.extend(regions.zip(tags.drain(..)));
        buffers.give(rows.into_buffer());
    }
    Ok(request)
}

/// The lists of `-i`, or stdin.
fn lists_named(args: &Forget, settings: &Settings) -> anyhow::Result<Vec<InputPath>> {
    if !args.numbers.is_empty() {
        return Err(failure(
            "forget takes no number as an argument, where the shell's history would keep it",
            "give a list with -i FILE, or numbers on stdin",
        ));
    }
    let mut paths = args.inputs.clone();
    if paths.is_empty() {
        if std::io::stdin().is_terminal() {
            return Err(failure(
                "there are no numbers to forget",
                "give a list with -i FILE, or numbers on stdin",
            ));
        }
        paths.push(InputPath::Stdin);
    }
    inputs::refuse_numbers_for_files(&paths)?;
    inputs::refuse_stdin_twice(&paths, settings)?;
    Ok(paths)
}

impl ForgetRequest {
    /// Counts a contact. Returns the reason of one that is no number, if it is to be named.
    fn count(&mut self, row: &RowEntry<'_>, first_line: u64) -> Option<RejectReason> {
        let counts = &mut self.counts;
        match row.entry {
            EntryOutcome::Number(_) => counts.forgotten += 1,
            EntryOutcome::Blank => counts.blank += 1,
            EntryOutcome::Rejected(reason) => {
                counts.invalid += 1;
                // Titles above a header are not contacts.
                self.lost += u64::from(row.line >= first_line);
                return (counts.invalid <= NAMED).then_some(reason);
            }
        }
        None
    }
}

impl Default for ForgetCounts {
    fn default() -> ForgetCounts {
        ForgetCounts {
            schema_version: 1,
            forgotten: 0,
            invalid: 0,
            blank: 0,
        }
    }
}
