//! The table against the library, string for string.

use std::io::{self, Write};
use std::thread;

use leakline::phone::Region;
use leakline::phone::plans::{self, Verdict};

use crate::library::{self, Answer};
use crate::strings::{self, Chance, Start, Ways};
use crate::table::Automaton;

/// How many strings of a kind are shown.
const SHOWN: usize = 20;

/// A string, where it is dialled, and what the table says of it.
type Judged = (String, Option<Region>, Answer);

/// What a comparison came to.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) strings: u64,
    pub(crate) valid: u64,
    /// Left out, since the library lost some of their leading zeros.
    pub(crate) zeros_lost: Vec<Judged>,
    /// Where the library says otherwise, and what.
    pub(crate) differences: Vec<(Judged, Answer)>,
}

impl Comparison {
    fn compare(&mut self, text: &str, home: Option<Region>) {
        let Some(ours) = of_table(text, home) else {
            return;
        };
        self.strings += 1;
        self.valid += u64::from(ours != Answer::NotValid);
        let judged = || (text.to_owned(), home, ours);
        match library::answer(text, home) {
            Answer::ZerosLost => self.zeros_lost.push(judged()),
            theirs if theirs != ours => self.differences.push((judged(), theirs)),
            _ => {}
        }
    }

    fn add(&mut self, other: Comparison) {
        self.strings += other.strings;
        self.valid += other.valid;
        self.zeros_lost.extend(other.zeros_lost);
        self.differences.extend(other.differences);
    }

    /// Says what was found; true if nothing differs.
    pub(crate) fn tell(&self, name: &str, out: &mut impl Write) -> io::Result<bool> {
        let Comparison { strings, valid, .. } = self;
        writeln!(
            out,
            "{name}: {strings} strings, {valid} valid, {} differences",
            self.differences.len()
        )?;
        for ((text, home, ours), theirs) in self.differences.iter().take(SHOWN) {
            writeln!(
                out,
                "  {text:?} from {home:?}: table {ours:?}, library {theirs:?}"
            )?;
        }
        for (text, home, ours) in self.zeros_lost.iter().take(SHOWN) {
            writeln!(
                out,
                "  {text:?} from {home:?}: the library lost leading zeros; table {ours:?}"
            )?;
        }
        Ok(self.differences.is_empty())
    }
}

/// What the table says of a text, if it is one for the table to judge.
pub(crate) fn of_table(text: &str, home: Option<Region>) -> Option<Answer> {
    match plans::text(text.as_bytes(), home) {
        Verdict::Valid(number) => Some(Answer::Valid(number.digits_in_full(), number.region())),
        Verdict::NotValid => Some(Answer::NotValid),
        Verdict::Elsewhere => None,
    }
}

/// The metadata's example numbers, as every region dials them.
pub(crate) fn examples() -> Comparison {
    let mut comparison = Comparison::default();
    library::dialled_examples(|text, home| comparison.compare(text, Some(home)));
    comparison
}

/// Every transition of the automaton, from every root that reaches it.
pub(crate) fn cover(automaton: &Automaton, threads: usize) -> Comparison {
    let ways = Ways::new(automaton);
    let starts: Vec<_> = Start::all().collect();
    in_parallel(threads, |thread| {
        let mut comparison = Comparison::default();
        // The international root has a third of all states; the others even out.
        for (at, &start) in starts.iter().enumerate().skip(thread).step_by(threads) {
            let mut chance = Chance::new(at as u64);
            strings::cover(start, automaton, &ways, &mut chance, |text| {
                comparison.compare(text, start.home());
            });
        }
        comparison
    })
}

/// So many random walks and mutations.
pub(crate) fn random(automaton: &Automaton, count: u64, seed: u64, threads: usize) -> Comparison {
    let ways = Ways::new(automaton);
    in_parallel(threads, |thread| {
        let mut comparison = Comparison::default();
        let mut chance = Chance::new(seed.wrapping_add(thread as u64 * 0x1_0000_0000));
        for _ in (thread as u64..count).step_by(threads) {
            let (home, text) = strings::random(automaton, &ways, &mut chance);
            comparison.compare(&text, home);
        }
        comparison
    })
}

fn in_parallel(threads: usize, work: impl Fn(usize) -> Comparison + Sync) -> Comparison {
    thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || work(thread)))
            .collect();
        let mut all = Comparison::default();
        for thread in running {
            all.add(thread.join().expect("no comparison panics"));
        }
        all
    })
}
