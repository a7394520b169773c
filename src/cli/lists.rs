//! Contact lists: opened one after the other, answered batch by batch, every report written in order.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use leakline::dump::{
    Batch, DumpFile, Format, HeaderRule, Limits, LineEnd, Opening, Pace, Piece, PieceContent,
    ReadOptions, Refusal, Source,
};
use leakline::exposure::{Asked, Checker, Contact, Explanation, Fingerprint, HomeFrom, Totals};
use leakline::intake::{self, Entry, Home, Lens, LensScratch, Manner, RowEntry};
use leakline::pump::Pump;
use leakline::report::{List, Page, RawRows, Report};

use super::args::Check;
use super::failure::{failure, told};
use super::interrupt;
use super::output::Output;
use super::progress::Progress;
use super::settings::Settings;

/// A list that is still to be read.
pub(crate) struct Unread {
    /// As reports name it.
    name: String,
    source: Source,
    options: ReadOptions,
    limits: Limits,
}

/// The lists that the command line names: arguments, files, or stdin if there is nothing else.
pub(crate) fn named(args: &Check, stdin_is_terminal: bool) -> anyhow::Result<Vec<Unread>> {
    let mut paths = args.inputs.clone();
    let (numbers, dashes): (Vec<_>, Vec<_>) = args.numbers.iter().partition(|text| *text != "-");
    paths.extend(dashes.into_iter().map(PathBuf::from));
    if numbers.is_empty() && paths.is_empty() {
        if stdin_is_terminal || args.dumps.iter().any(|path| is_stdin(path)) {
            return Err(failure(
                "there are no contacts to check",
                "give a list with -i FILE, or numbers on stdin; `leakline check --help` shows more",
            ));
        }
        paths.push("-".into());
    }
    if paths.iter().any(|path| is_stdin(path)) && args.dumps.iter().any(|path| is_stdin(path)) {
        return Err(failure("stdin (-) is named twice", "name it once"));
    }

    let mut lists = Vec::new();
    if !numbers.is_empty() {
        // Each argument is one contact, whatever is in it.
        let options = ReadOptions {
            format: Some(Format::Text),
            header: HeaderRule::Absent,
            line_end: LineEnd::Nul,
            ..ReadOptions::default()
        };
        let bytes = numbers
            .iter()
            .flat_map(|number| number.bytes().chain([0]))
            .collect();
        lists.push(Unread {
            name: "argument".to_owned(),
            source: Source::Memory(bytes),
            options,
            limits: Limits::default(),
        });
    }
    let options = args.input.read_options(args.line_end(), args.pace());
    let limits = args.input.limits(args.memory_of_dumps());
    lists.extend(of_files(paths, &options, limits)?);
    Ok(lists)
}

/// The lists in files; `-` is stdin, and at most one of them.
pub(crate) fn of_files(
    paths: Vec<PathBuf>,
    options: &ReadOptions,
    limits: Limits,
) -> anyhow::Result<Vec<Unread>> {
    if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(failure("stdin (-) is named twice", "name it once"));
    }
    let unread = |path: PathBuf| Unread {
        name: path.display().to_string(),
        source: if is_stdin(&path) {
            Source::Stdin
        } else {
            Source::File(path)
        },
        options: options.clone(),
        limits,
    };
    Ok(paths.into_iter().map(unread).collect())
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// How many bytes the lists have, unless one comes through a pipe.
pub(crate) fn total_bytes(lists: &[Unread]) -> Option<u64> {
    lists.iter().try_fold(0, |total, list| match &list.source {
        Source::File(path) => Some(
            total
                + path
                    .metadata()
                    .ok()
                    .filter(std::fs::Metadata::is_file)?
                    .len(),
        ),
        Source::Stdin => None,
        Source::Memory(bytes) => Some(total + bytes.len() as u64),
    })
}

/// What a check takes beside the rows and questions that are held until they are looked up together.
const AROUND: usize = 34 << 20;
/// Rows and questions of several batches are worth holding.
const LEAST_TOGETHER: usize = 4 << 20;
/// Rows that came slowly are not held for longer than this.
const PATIENCE: Duration = Duration::from_millis(500);

/// A batch of a list on its way to a worker. The first of a list has no rows: it only opens the list.
pub(crate) struct Job {
    pub(crate) name: Arc<str>,
    shape: Arc<leakline::dump::Shape>,
    pub(crate) lens: Arc<Lens>,
    pub(crate) batch: Option<Batch>,
}

/// What a worker made of a job: for every report what begins the list, and the page.
struct Answered {
    totals: Totals,
    pages: Vec<(Vec<u8>, Vec<u8>)>,
    buffer: Vec<u8>,
}

/// What is wanted beside the answers.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// The fingerprints of what is exposed.
    pub(crate) fingerprints: bool,
    /// How each contact was read.
    pub(crate) explanations: bool,
}

/// Answers the contacts of all lists.
pub(crate) struct Answering<'a> {
    pub(crate) checker: &'a Checker<'a>,
    pub(crate) reports: &'a [Box<dyn Report + 'a>],
    pub(crate) manner: Manner,
    pub(crate) settings: &'a Settings,
    pub(crate) progress: &'a Progress,
    pub(crate) wanted: Wanted,
    /// Whether answers wait for more contacts.
    pub(crate) pace: Pace,
    /// Bytes of rows and of questions that are held until they are looked up together.
    pub(crate) together: usize,
}

/// The rows and questions that fit the memory that a check may use.
pub(crate) fn together(args: &Check) -> usize {
    (args.memory_of_lists())
        .saturating_sub(AROUND)
        .max(LEAST_TOGETHER)
}

impl Answering<'_> {
    /// Adds to `totals` and writes to the outputs, one for each report, as far as it comes. Returns the
    /// fingerprints, if they are wanted.
    pub(crate) fn run(
        &self,
        lists: Vec<Unread>,
        outputs: &mut [Output],
        totals: &mut Totals,
    ) -> anyhow::Result<BTreeSet<Fingerprint>> {
        let mut lists = Reading::new(lists, self.manner, self.settings, self.progress);
        let buffers = RefCell::new(Vec::new());
        let mut begun = vec![false; outputs.len()];
        let mut exposed = BTreeSet::new();
        loop {
            let (together, ended) = self.gather(&mut lists, &buffers)?;
            let (jobs, asked): (Vec<_>, Vec<_>) = together.into_iter().unzip();
            (self.checker)
                .look_up(&asked, self.settings.threads())
                .map_err(told)?;
            let mut jobs = jobs.into_iter().zip(asked);
            // The progress bar stays on this thread.
            let (checker, reports, wanted) = (self.checker, self.reports, self.wanted);
            let workers = self.pump().run(
                || Ok::<_, anyhow::Error>(jobs.next()),
                Worker::default,
                |worker: &mut Worker, (job, asked)| {
                    worker.answer(job, &asked, checker, reports, wanted)
                },
                |answered: Answered| {
                    totals.add(&answered.totals);
                    self.progress.counted(totals.checked());
                    for (place, (head, page)) in answered.pages.iter().enumerate() {
                        if !head.is_empty() {
                            outputs[place].write(head)?;
                        }
                        if !page.is_empty() {
                            if std::mem::replace(&mut begun[place], true) {
                                outputs[place].write(self.reports[place].separator())?;
                            }
                            outputs[place].write(page)?;
                        }
                    }
                    buffers.borrow_mut().push(answered.buffer);
                    Ok(())
                },
            )?;
            exposed.extend(workers.into_iter().flat_map(|worker| worker.exposed));
            if let Some(ended) = ended {
                return ended.map(|()| exposed);
            }
        }
    }

    /// The next batches, as many as are looked up together, and how the lists ended, if they did.
    #[expect(
        clippy::type_complexity,
        reason = "a pair of lists that are taken apart at once"
    )]
    fn gather(
        &self,
        lists: &mut Reading<'_>,
        buffers: &RefCell<Vec<Vec<u8>>>,
    ) -> anyhow::Result<(Vec<(Job, Asked)>, Option<anyhow::Result<()>>)> {
        let begun = Instant::now();
        let weight = Cell::new(0);
        let mut together = Vec::new();
        let mut ended = None;
        let checker = self.checker;
        self.pump().run(
            || {
                let enough = match self.pace {
                    Pace::Bulk => weight.get() >= self.together || begun.elapsed() >= PATIENCE,
                    // While the next rows are waited for, the answers to the last are out.
                    Pace::Live => weight.get() > 0,
                };
                if enough {
                    return Ok(None);
                }
                let job = lists.next_job(buffers);
                match job {
                    Ok(Some(job)) => {
                        weight.set(weight.get() + job.weight());
                        Ok(Some(job))
                    }
                    // What was read before is answered all the same.
                    ending => {
                        ended = Some(ending.map(|_| ()));
                        Ok(None)
                    }
                }
            },
            LensScratch::default,
            |scratch: &mut LensScratch, job: Job| {
                let asked = job.ask(checker, scratch);
                (job, asked)
            },
            |(job, asked)| {
                weight.set(weight.get() + asked.weight());
                together.push((job, asked));
                Ok::<_, anyhow::Error>(())
            },
        )?;
        Ok((together, ended))
    }

    fn pump(&self) -> Pump {
        match self.pace {
            Pace::Bulk => Pump::new(self.settings.threads()),
            Pace::Live => Pump {
                threads: NonZeroUsize::MIN,
                window: NonZeroUsize::MIN,
            },
        }
    }
}

impl Job {
    /// Bytes that it holds; a list without rows is one for itself.
    fn weight(&self) -> usize {
        self.batch.as_ref().map_or(1, |batch| batch.bytes().len())
    }

    fn ask(&self, checker: &Checker<'_>, scratch: &mut LensScratch) -> Asked {
        let mut numbers = Vec::new();
        if let Some(batch) = &self.batch {
            (self.lens).read(batch, scratch, &mut |row| {
                numbers.extend(row.entry.numbers());
            });
        }
        checker.ask(&numbers)
    }
}

/// The lists one after the other.
pub(crate) struct Reading<'a> {
    unread: VecDeque<Unread>,
    /// The file that is read, which may be an archive of lists.
    opened: Option<(Opening, ReadOptions)>,
    current: Option<Current>,
    bytes_of_ended: u64,
    manner: Manner,
    settings: &'a Settings,
    progress: &'a Progress,
}

struct Current {
    name: Arc<str>,
    file: DumpFile,
    lens: Arc<Lens>,
}

impl Current {
    fn job(&self, batch: Option<Batch>) -> Job {
        Job {
            name: Arc::clone(&self.name),
            shape: Arc::clone(self.file.shape()),
            lens: Arc::clone(&self.lens),
            batch,
        }
    }
}

impl<'a> Reading<'a> {
    pub(crate) fn new(
        lists: Vec<Unread>,
        manner: Manner,
        settings: &'a Settings,
        progress: &'a Progress,
    ) -> Reading<'a> {
        Reading {
            unread: lists.into(),
            opened: None,
            current: None,
            bytes_of_ended: 0,
            manner,
            settings,
            progress,
        }
    }

    /// The next batch, or the next list.
    pub(crate) fn next_job(
        &mut self,
        buffers: &RefCell<Vec<Vec<u8>>>,
    ) -> anyhow::Result<Option<Job>> {
        loop {
            if interrupt::was_asked_for() {
                anyhow::bail!("interrupted");
            }
            let bytes = self
                .opened
                .as_ref()
                .map_or(0, |(file, _)| file.bytes_read());
            self.progress.read(self.bytes_of_ended + bytes);
            if let Some(Current { name, file, .. }) = &mut self.current {
                let buffer = buffers.borrow_mut().pop().unwrap_or_default();
                let batch = file
                    .next_batch(buffer)
                    .map_err(told)
                    .with_context(|| name.to_string())?;
                if batch.is_some() {
                    return Ok(self.current.as_ref().map(|current| current.job(batch)));
                }
                self.current = None;
            } else if let Some((file, _)) = &mut self.opened {
                if let Some(piece) = file.next_piece() {
                    if let Some(job) = self.begin(piece)? {
                        return Ok(Some(job));
                    }
                } else {
                    self.bytes_of_ended += bytes;
                    self.opened = None;
                }
            } else if let Some(list) = self.unread.pop_front() {
                let opening = Opening::new(
                    list.source,
                    Path::new(&list.name),
                    Vec::new(),
                    list.limits,
                    list.options.pace,
                );
                let opening = opening.map_err(told).with_context(|| list.name.clone())?;
                self.opened = Some((opening, list.options));
            } else {
                return Ok(None);
            }
        }
    }

    fn skip(&self, name: &str, reason: &str) {
        let skipped = format!("{name}: skipped: {reason}");
        self.progress.suspend(|| self.settings.say(&skipped));
    }

    /// Begins with a list. What cannot be read may be a list too, so it is an error.
    fn begin(&mut self, piece: Piece) -> anyhow::Result<Option<Job>> {
        let Some((_, options)) = &self.opened else {
            return Ok(None);
        };
        let name = piece.path.display().to_string();
        // Other sheets of a workbook are notes and sums as a rule, and those may be without numbers.
        let is_sheet =
            matches!(&piece.content, PieceContent::Dump(stream) if stream.is_sheet_of_several());
        let opened = match piece.content {
            PieceContent::Archive { .. } => return Ok(None),
            PieceContent::Skipped(skip) => {
                self.skip(&name, skip.as_str());
                return Ok(None);
            }
            PieceContent::Failed(error) => Err(error),
            PieceContent::Dump(stream) => intake::open(stream, options, self.manner, None),
        };
        let (file, lens) = match opened {
            Err(error) if is_sheet && error.refusal() == Some(Refusal::NoNumbers) => {
                self.skip(&name, &error.to_string());
                return Ok(None);
            }
            opened => opened.map_err(told).with_context(|| name.clone())?,
        };
        let current = self.current.insert(Current {
            name: name.into(),
            file,
            lens,
        });
        Ok(Some(current.job(None)))
    }
}

/// Buffers that a worker thread keeps between batches.
#[derive(Default)]
struct Worker {
    lens: LensScratch,
    contacts: Vec<Contact>,
    raw: RawRows,
    exposed: BTreeSet<Fingerprint>,
}

impl Worker {
    fn answer(
        &mut self,
        job: Job,
        asked: &Asked,
        checker: &Checker<'_>,
        reports: &[Box<dyn Report + '_>],
        wanted: Wanted,
    ) -> Answered {
        let Job {
            name,
            shape,
            lens,
            batch,
        } = job;
        let list = List {
            input: &name,
            shape: &shape,
        };
        let mut totals = Totals::default();
        let mut pages = vec![(Vec::new(), Vec::new()); reports.len()];
        let Some(batch) = batch else {
            for (report, (head, _)) in reports.iter().zip(&mut pages) {
                report.list(&list, head);
            }
            return Answered {
                totals,
                pages,
                buffer: Vec::new(),
            };
        };
        self.contacts.clear();
        self.raw.clear();
        let keep_rows = reports.iter().any(|report| report.passes_rows_through());
        lens.read(&batch, &mut self.lens, &mut |row| {
            if keep_rows {
                if row.first {
                    self.raw.add_row(row.raw);
                }
                self.raw.add_finding();
            }
            self.contacts.push(Contact {
                line: row.line,
                column: row.column,
                entry: row.entry,
                explanation: (wanted.explanations).then(|| Box::new(explanation(&row, &lens))),
            });
        });
        let findings = checker.findings(&self.contacts, asked);
        for finding in &findings {
            totals.count(finding);
        }
        if wanted.fingerprints {
            self.exposed
                .extend(findings.iter().filter_map(|finding| finding.fingerprint));
        }
        let page = Page {
            list,
            findings: &findings,
            raw: &self.raw,
        };
        for (report, (_, body)) in reports.iter().zip(&mut pages) {
            report.page(&page, body);
        }
        Answered {
            totals,
            pages,
            buffer: batch.into_buffer(),
        }
    }
}

fn explanation(row: &RowEntry<'_>, lens: &Lens) -> Explanation {
    Explanation {
        home: row.home,
        home_from: match row.home {
            Home::Region(_) if lens.is_told_home() => HomeFrom::Option,
            // Lists take none from their names.
            Home::Region(_) | Home::UnknownName => HomeFrom::Row,
            Home::None => HomeFrom::Nobody,
        },
        column: lens.reading(row.column),
        reading: match row.entry {
            Entry::Number(reading) => Some(reading),
            Entry::Blank | Entry::Rejected(_) => None,
        },
    }
}
