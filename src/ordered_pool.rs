//! Jobs through worker threads, results back in the order of the jobs.
//!
//! The calling thread makes the jobs and takes the results, so a source that may not be shared
//! (stdin) and a sink that must see order (stdout) need no lock. At most `window` jobs are under
//! way, which bounds memory.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

/// How many threads work and how many jobs may be under way.
#[derive(Clone, Copy, Debug)]
pub struct OrderedPool {
    /// Worker threads.
    pub threads: NonZeroUsize,
    /// Jobs under way at most, the ones waiting for their turn included.
    pub window: NonZeroUsize,
    /// If there are no more jobs than these, the calling thread does them: starting threads takes
    /// longer than looking up one number.
    pub alone: usize,
}

impl OrderedPool {
    /// As many jobs under way as keep `threads` busy while one of them takes longer than the
    /// others.
    pub fn new(threads: NonZeroUsize) -> OrderedPool {
        OrderedPool {
            threads,
            window: threads.saturating_mul(NonZeroUsize::MIN.saturating_add(3)),
            alone: 1,
        }
    }

    /// Runs `work` on every job that `next` gives until it gives none, and hands the results to
    /// `take` in order. Every thread works with its own worker, made by `worker`; they are returned
    /// at the end.
    ///
    /// # Errors
    /// The error of `next`, when the results of the jobs before it have been taken, or at once that
    /// of `take`.
    pub fn run<J, R, W, E>(
        self,
        mut next: impl FnMut() -> Result<Option<J>, E>,
        worker: impl Fn() -> W,
        work: impl Fn(&mut W, J) -> R + Sync,
        mut take: impl FnMut(R) -> Result<(), E>,
    ) -> Result<Vec<W>, E>
    where
        J: Send,
        R: Send,
        W: Send,
    {
        // One job at a time must not wait for the job after it.
        if self.window.get() == 1 {
            return work_alone(next, worker(), &work, take);
        }
        let mut ahead = VecDeque::with_capacity(self.alone + 1);
        let mut end = None;
        while end.is_none() && ahead.len() <= self.alone {
            match next() {
                Ok(Some(job)) => ahead.push_back(Ok(Some(job))),
                ending => end = Some(ending),
            }
        }
        let has_ended = end.is_some();
        ahead.extend(end);
        let mut next = || ahead.pop_front().unwrap_or_else(&mut next);
        if has_ended {
            return work_alone(next, worker(), &work, take);
        }
        let (send_job, jobs) = bounded::<(usize, J)>(self.window.get());
        let (send_result, results) = bounded::<(usize, thread::Result<R>)>(self.window.get());
        thread::scope(|scope| {
            // A system that gives no more threads gives fewer: those that start do the work.
            let threads: Vec<_> = (0..self.threads.get())
                .map_while(|_| {
                    let (jobs, send_result) = (jobs.clone(), send_result.clone());
                    let (worker, work) = (worker(), &work);
                    let run = move || work_off(&jobs, &send_result, worker, work);
                    thread::Builder::new().spawn_scoped(scope, run).ok()
                })
                .collect();
            if threads.is_empty() {
                return work_alone(next, worker(), &work, take);
            }
            let feed = || self.feed(&send_job, &results, &mut next, &mut take);
            let fed = panic::catch_unwind(AssertUnwindSafe(feed));
            // Without jobs to come, and without anybody who wants results, the threads end.
            drop((send_job, jobs, results));
            let workers = threads
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect::<thread::Result<Vec<W>>>();
            match (fed, workers) {
                (Ok(fed), Ok(workers)) => fed.map(|()| workers),
                (Err(panic), _) | (_, Err(panic)) => panic::resume_unwind(panic),
            }
        })
    }

    /// The calling thread's part: sends jobs, and takes the results in the order of the jobs.
    fn feed<J, R, E>(
        self,
        send_job: &Sender<(usize, J)>,
        results: &Receiver<(usize, thread::Result<R>)>,
        next: &mut impl FnMut() -> Result<Option<J>, E>,
        take: &mut impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E> {
        // Results of later jobs than the one that is waited for.
        let mut waiting: VecDeque<Option<R>> = VecDeque::new();
        let (mut sent, mut taken) = (0, 0);
        let mut source_end: Option<Result<(), E>> = None;
        loop {
            while source_end.is_none() && sent - taken < self.window.get() {
                match next() {
                    Ok(Some(job)) => {
                        let sending = send_job.send((sent, job));
                        sending.expect("jobs are received until the end");
                        sent += 1;
                    }
                    Ok(None) => source_end = Some(Ok(())),
                    Err(error) => source_end = Some(Err(error)),
                }
            }
            if sent == taken
                && let Some(end) = source_end
            {
                return end;
            }
            let (index, result) = results.recv().expect("every job has a result");
            let result = result.unwrap_or_else(|panic| panic::resume_unwind(panic));
            waiting.resize_with(waiting.len().max(index - taken + 1), || None);
            waiting[index - taken] = Some(result);
            while let Some(Some(_)) = waiting.front() {
                let result = waiting.pop_front().flatten().expect("looked at just now");
                taken += 1;
                take(result)?;
            }
        }
    }
}

/// Does all jobs one after the other.
fn work_alone<J, R, W, E>(
    mut next: impl FnMut() -> Result<Option<J>, E>,
    mut worker: W,
    work: impl Fn(&mut W, J) -> R,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<Vec<W>, E> {
    while let Some(job) = next()? {
        take(work(&mut worker, job))?;
    }
    Ok(vec![worker])
}

/// A worker thread's part: works until there are no more jobs, or nobody wants the results.
fn work_off<J, R, W>(
    jobs: &Receiver<(usize, J)>,
    send_result: &Sender<(usize, thread::Result<R>)>,
    mut worker: W,
    work: &impl Fn(&mut W, J) -> R,
) -> W {
    for (index, job) in jobs {
        // A panic is handed on as the result: a thread that just died would leave the caller
        // waiting for it. The job and the worker are not looked at again.
        let worked = AssertUnwindSafe(|| work(&mut worker, job));
        let result = panic::catch_unwind(worked);
        if send_result.send((index, result)).is_err() {
            break;
        }
    }
    worker
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered_pool(threads: usize, window: usize) -> OrderedPool {
        OrderedPool {
            threads: NonZeroUsize::new(threads).unwrap(),
            window: NonZeroUsize::new(window).unwrap(),
            alone: 1,
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        for (threads, window) in [(1, 1), (1, 4), (4, 2), (4, 16)] {
            let mut jobs = 0..1000u32;
            let mut seen = Vec::new();
            let workers = ordered_pool(threads, window)
                .run(
                    || Ok::<_, ()>(jobs.next()),
                    || 0u32,
                    |done, job| {
                        *done += 1;
                        std::thread::sleep(std::time::Duration::from_micros(u64::from(job % 7)));
                        job
                    },
                    |result| {
                        seen.push(result);
                        Ok(())
                    },
                )
                .unwrap();
            assert!(seen.iter().copied().eq(0..1000));
            assert_eq!(workers.iter().sum::<u32>(), 1000);
        }
    }

    #[test]
    fn few_jobs_are_done_by_the_calling_thread() {
        let caller = std::thread::current().id();
        for (jobs, window, is_caller) in [(0, 4, true), (1, 4, true), (2, 4, false), (5, 1, true)] {
            let (mut left, mut by_caller) = (0..jobs, true);
            let workers = ordered_pool(2, window).run(
                || Ok::<_, ()>(left.next()),
                || (),
                |(), _| std::thread::current().id(),
                |thread| {
                    by_caller &= thread == caller;
                    Ok(())
                },
            );
            assert!(workers.is_ok_and(|workers| !workers.is_empty()));
            assert_eq!(by_caller, is_caller, "{jobs} jobs");
        }
    }

    #[test]
    fn an_error_of_either_end_ends_the_run() {
        let (mut jobs, mut taken) = (0.., 0);
        let failing_source = ordered_pool(3, 6).run(
            || {
                if jobs.start == 50 {
                    Err("source")
                } else {
                    Ok(jobs.next())
                }
            },
            || (),
            |(), job: u32| job,
            |_| {
                taken += 1;
                Ok(())
            },
        );
        assert_eq!(failing_source.unwrap_err(), "source");
        assert_eq!(taken, 50);
        let failing_sink =
            ordered_pool(3, 6).run(|| Ok(Some(1)), || (), |(), job: u32| job, |_| Err("sink"));
        assert_eq!(failing_sink.unwrap_err(), "sink");
    }

    #[test]
    #[should_panic(expected = "broken worker")]
    fn a_panic_of_a_worker_is_passed_on() {
        let mut jobs = 0..10;
        let _ = ordered_pool(2, 4).run(
            || Ok::<_, ()>(jobs.next()),
            || (),
            |(), job| assert!(job != 5, "broken worker"),
            |()| Ok(()),
        );
    }
}
