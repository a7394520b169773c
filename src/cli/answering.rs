//! Contact lists answered: batches are gathered, looked up together, and every report is written in order.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use leakline::dump::Pace;
use leakline::exposure::{Asked, Checker, Contact, Explanation, Fingerprint, HomeFrom, Totals};
use leakline::intake::{Entry, Home, Lens, LensScratch, Manner, RowEntry};
use leakline::pump::Pump;
use leakline::report::{List, Page, RawRows, Report};

use super::args::Check;
use super::failure::told;
use super::lists::{Job, Lists, Unread};
use super::output::Output;
use super::progress::Progress;
use super::settings::Settings;

/// What a check takes beside the rows and questions that are held until they are looked up together.
const AROUND: usize = 34 << 20;
/// Rows and questions of several batches are worth holding.
const LEAST_TOGETHER: usize = 4 << 20;
/// Rows that came slowly are not held for longer than this.
const PATIENCE: Duration = Duration::from_millis(500);

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
        let mut lists = Lists::new(lists, self.manner, self.settings, self.progress);
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
        lists: &mut Lists<'_>,
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
