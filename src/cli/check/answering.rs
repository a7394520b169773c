//! Contact lists answered: batches are gathered, looked up together, and every report is written in order.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use leakline::dump::{Batch, Buffering};
use leakline::exposure::{Checker, Contact, Explanation, Finding, Fingerprint, HomeFrom, Totals};
use leakline::index::LookupBatch;
use leakline::intake::{
    EntryOutcome, FileReader, FileReaderScratch, Home, ReadingPolicy, RowEntry,
};
use leakline::ordered_pool::OrderedPool;
use leakline::report::{ContactList, Page, RawRows, Report};

use crate::cli::args::Check;
use crate::cli::check::lists::{Job, Lists, Unread};
use crate::cli::settings::Settings;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::progress::Progress;

/// What a check takes beside the rows and questions that are held until they are looked up together: the program with its
/// tables, a thread, and a thread's pages of a report. Measured as the most that the process ever held, and rounded up.
const PROCESS: usize = 14 << 20;
const THREAD: usize = 5 << 20;
const PAGES: usize = 5 << 20;
/// Rows and questions of several batches are worth holding.
const LEAST_TOGETHER: usize = 4 << 20;
/// The rows of so many lists are held at most: those that are read again keep their files open.
const LISTS: usize = 64;
/// Rows are not held when so long was spent waiting for more.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a worker made of a job: for every report what begins the list, and the page.
struct Answered {
    totals: Totals,
    pages: Vec<(Vec<u8>, Vec<u8>)>,
    buffer: Vec<u8>,
}

/// What is wanted beside the answers.
#[derive(Clone, Copy)]
pub(crate) struct CheckOutputs {
    /// The fingerprints of what is exposed.
    pub(crate) fingerprints: bool,
    /// How each contact was read.
    pub(crate) explanations: bool,
}

/// Answers the contacts of all lists.
pub(crate) struct Answering<'a> {
    pub(crate) checker: &'a Checker<'a>,
    pub(crate) reports: &'a [Box<dyn Report + 'a>],
    pub(crate) policy: ReadingPolicy,
    pub(crate) settings: &'a Settings,
    pub(crate) progress: &'a Progress,
    pub(crate) wanted: CheckOutputs,
    /// Whether answers wait for more contacts.
    pub(crate) buffering: Buffering,
    /// How memory is divided.
    pub(crate) shares: Shares,
}

/// What a check does with the memory that it may take.
#[derive(Clone, Copy)]
pub(crate) struct Shares {
    /// Worker threads: no more than leave a third of the memory for rows and questions.
    threads: NonZeroUsize,
    /// Bytes of rows and of questions that are held until they are looked up together.
    together: usize,
}

impl Shares {
    pub(crate) fn new(args: &Check, wanted: NonZeroUsize) -> Shares {
        let reports = if args.summary {
            0
        } else {
            1 + args.reports.len()
        };
        let thread = THREAD + PAGES * reports;
        let memory = args.memory_of_lists(wanted);
        let fit = (memory / 3 * 2).saturating_sub(PROCESS) / thread;
        let threads = NonZeroUsize::new(fit).map_or(NonZeroUsize::MIN, |fit| fit.min(wanted));
        Shares {
            threads,
            together: memory
                .saturating_sub(PROCESS + threads.get() * thread)
                .max(LEAST_TOGETHER),
        }
    }
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
        let mut lists = Lists::new(lists, self.policy, self.settings, self.progress);
        let buffers = RefCell::new(Vec::new());
        let mut begun = vec![false; outputs.len()];
        let mut exposed = BTreeSet::new();
        loop {
            let (together, ended) = self.gather(&mut lists, &buffers)?;
            let (jobs, asked): (Vec<_>, Vec<_>) = together.into_iter().unzip();
            (self.checker.searcher()).look_up(&asked, self.shares.threads)?;
            let mut jobs = jobs.into_iter().zip(asked);
            // The progress bar stays on this thread.
            let (checker, reports, wanted) = (self.checker, self.reports, self.wanted);
            let workers = self.ordered_pool(2).run(
                || {
                    if interrupt::was_asked_for() {
                        anyhow::bail!("interrupted");
                    }
                    let Some((mut job, asked)) = jobs.next() else {
                        return Ok(None);
                    };
                    job.reload_rows(&buffers)?;
                    Ok::<_, anyhow::Error>(Some((job, asked)))
                },
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
        lists: &mut Lists<'_>,
        buffers: &RefCell<Vec<Vec<u8>>>,
    ) -> anyhow::Result<(Vec<(Job, LookupBatch)>, Option<anyhow::Result<()>>)> {
        let mut waited = Duration::ZERO;
        let mut lists_begun = 0;
        let heap_bytes = Cell::new(0);
        let mut together = Vec::new();
        let mut ended = None;
        let checker = self.checker;
        self.ordered_pool(4).run(
            || {
                let enough = match self.buffering {
                    Buffering::Bulk => {
                        heap_bytes.get() >= self.shares.together
                            || waited >= PATIENCE
                            || lists_begun == LISTS
                    }
                    // While the next rows are waited for, the answers to the last are out.
                    Buffering::Live => heap_bytes.get() > 0,
                };
                if enough {
                    return Ok(None);
                }
                let begun = Instant::now();
                let job = lists.next_job(buffers);
                waited += begun.elapsed();
                match job {
                    Ok(Some(job)) => {
                        lists_begun += usize::from(job.batch.is_none());
                        heap_bytes.set(heap_bytes.get() + job.heap_bytes());
                        Ok(Some(job))
                    }
                    // What was read before is answered all the same.
                    ending => {
                        ended = Some(ending.map(|_| ()));
                        Ok(None)
                    }
                }
            },
            FileReaderScratch::default,
            |scratch: &mut FileReaderScratch, job: Job| {
                let asked = job.ask(checker, scratch);
                (job, asked)
            },
            |(mut job, asked)| {
                heap_bytes.set(heap_bytes.get() - job.heap_bytes());
                if self.buffering == Buffering::Bulk {
                    job.release_rows(buffers);
                }
                heap_bytes.set(heap_bytes.get() + job.heap_bytes() + asked.heap_bytes());
                together.push((job, asked));
                Ok::<_, anyhow::Error>(())
            },
        )?;
        Ok((together, ended))
    }

    /// With so many jobs a thread under way.
    fn ordered_pool(&self, jobs: usize) -> OrderedPool {
        let threads = self.shares.threads;
        match self.buffering {
            Buffering::Bulk => OrderedPool {
                threads,
                window: threads.saturating_mul(NonZeroUsize::MIN.saturating_add(jobs - 1)),
            },
            Buffering::Live => OrderedPool {
                threads: NonZeroUsize::MIN,
                window: NonZeroUsize::MIN,
            },
        }
    }
}

impl Job {
    /// Bytes that it holds, and some for itself.
    fn heap_bytes(&self) -> usize {
        size_of::<Job>() + self.batch.as_ref().map_or(0, Batch::heap_bytes)
    }

    /// Gives up the rows until they are answered, if they can be read again.
    fn release_rows(&mut self, buffers: &RefCell<Vec<Vec<u8>>>) {
        let buffer = self.batch.as_mut().and_then(Batch::release_rows);
        buffers.borrow_mut().extend(buffer);
    }

    fn reload_rows(&mut self, buffers: &RefCell<Vec<Vec<u8>>>) -> anyhow::Result<()> {
        let Some(batch) = &mut self.batch else {
            return Ok(());
        };
        let mut buffer = buffers.borrow_mut().pop().unwrap_or_default();
        let taken = batch.reload_rows(&mut buffer);
        buffers
            .borrow_mut()
            .extend((buffer.capacity() > 0).then_some(buffer));
        taken.with_context(|| self.name.to_string())
    }

    fn ask(&self, checker: &Checker<'_>, scratch: &mut FileReaderScratch) -> LookupBatch {
        let mut numbers = Vec::new();
        if let Some(batch) = &self.batch {
            (self.reader).read(batch, scratch, &mut |row| {
                numbers.extend(row.entry.numbers());
            });
        }
        checker.batch(&numbers)
    }
}

/// Buffers that a worker thread keeps between batches.
#[derive(Default)]
struct Worker {
    reader: FileReaderScratch,
    findings: Vec<Finding>,
    /// How long the last page of each report was: the next is about as long.
    page_bytes: Vec<usize>,
    raw: RawRows,
    exposed: BTreeSet<Fingerprint>,
}

impl Worker {
    fn answer(
        &mut self,
        job: Job,
        asked: &LookupBatch,
        checker: &Checker<'_>,
        reports: &[Box<dyn Report + '_>],
        wanted: CheckOutputs,
    ) -> Answered {
        let Job {
            name,
            shape,
            reader,
            batch,
        } = job;
        let list = ContactList {
            input: &name,
            shape: &shape,
        };
        let mut totals = Totals::default();
        self.page_bytes.resize(reports.len(), 0);
        let mut pages: Vec<(Vec<u8>, Vec<u8>)> = (self.page_bytes.iter())
            .map(|&bytes| (Vec::new(), Vec::with_capacity(bytes + bytes / 16)))
            .collect();
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
        self.raw.clear();
        let mut answers = checker.answers(asked, std::mem::take(&mut self.findings));
        let keep_rows = reports.iter().any(|report| report.passes_rows_through());
        reader.read(&batch, &mut self.reader, &mut |row| {
            if keep_rows {
                if row.first {
                    self.raw.add_row(row.raw);
                }
                self.raw.add_finding();
            }
            answers.add(Contact {
                line: row.line,
                column: row.column,
                entry: row.entry,
                explanation: (wanted.explanations).then(|| Box::new(explanation(&row, &reader))),
            });
        });
        let findings = answers.finish();
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
        for (bytes, (_, body)) in self.page_bytes.iter_mut().zip(&pages) {
            *bytes = body.len();
        }
        self.findings = findings;
        Answered {
            totals,
            pages,
            buffer: batch.into_buffer(),
        }
    }
}

fn explanation(row: &RowEntry<'_>, reader: &FileReader) -> Explanation {
    Explanation {
        home: row.home,
        home_from: match row.home {
            Home::Region(_) if reader.is_told_home() => HomeFrom::Option,
            // Lists take none from their names.
            Home::Region(_) | Home::UnknownName => HomeFrom::Row,
            Home::None => HomeFrom::Nobody,
        },
        column: reader.reading(row.column),
        reading: match row.entry {
            EntryOutcome::Number(reading) => Some(reading),
            EntryOutcome::Blank | EntryOutcome::Rejected(_) => None,
        },
    }
}
