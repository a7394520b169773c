//! The table against the library, string for string: which number is valid, what one that is not
//! would be, and the order in which digits are read.

use std::io::{self, Write};
use std::thread;

use leakline::phone::Region;
use leakline::phone::parse::{Length, parse};
use leakline::phone::plans::{self, Root, Verdict};

use crate::library::{self, Answer, Parsed};
use crate::order;
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
    /// Where the library parses what is not valid to another number.
    pub(crate) parsed_otherwise: Vec<(String, Option<Region>)>,
    /// Where digits are read in another order than the library's answers give.
    pub(crate) ordered_otherwise: Vec<(String, Option<Region>)>,
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
            Answer::ZerosLost => return self.zeros_lost.push(judged()),
            theirs if theirs != ours => self.differences.push((judged(), theirs)),
            theirs
                if !theirs.is_valid()
                    && is_for_the_reader(text)
                    && parsed(text, home) != library::parsed(text, home) =>
            {
                self.parsed_otherwise.push((text.to_owned(), home));
            }
            _ => {}
        }
        let plain = text.strip_prefix('+').unwrap_or(text);
        if plain.len() > 3
            && plain.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(ordered) = order::of_reader(text, home)
            && Some(ordered) != order::of_library(text, home)
        {
            self.ordered_otherwise.push((text.to_owned(), home));
        }
    }

    fn add(&mut self, other: Comparison) {
        self.strings += other.strings;
        self.valid += other.valid;
        self.zeros_lost.extend(other.zeros_lost);
        self.differences.extend(other.differences);
        self.parsed_otherwise.extend(other.parsed_otherwise);
        self.ordered_otherwise.extend(other.ordered_otherwise);
    }

    /// Says what was found; true if nothing differs.
    pub(crate) fn tell(&self, name: &str, out: &mut impl Write) -> io::Result<bool> {
        let Comparison { strings, valid, .. } = self;
        writeln!(
            out,
            "{name}: {strings} strings, {valid} valid; {} differences, {} in what is not valid, {} in the order",
            self.differences.len(),
            self.parsed_otherwise.len(),
            self.ordered_otherwise.len(),
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
        for (text, home) in self.parsed_otherwise.iter().take(SHOWN) {
            let (ours, theirs) = (parsed(text, *home), library::parsed(text, *home));
            writeln!(
                out,
                "  {text:?} from {home:?}: parsed {ours:?}, library {theirs:?}"
            )?;
        }
        for (text, home) in self.ordered_otherwise.iter().take(SHOWN) {
            let ours = order::of_reader(text, *home);
            let theirs = order::of_library(text, *home);
            writeln!(
                out,
                "  {text:?} from {home:?}: read {ours:?}, library {theirs:?}"
            )?;
        }
        Ok(self.agrees())
    }

    pub(crate) fn agrees(&self) -> bool {
        self.differences.is_empty()
            && self.parsed_otherwise.is_empty()
            && self.ordered_otherwise.is_empty()
    }
}

/// Whether a text has as many digits as the reader asks the plans about. Of two digits the library
/// makes a number if no punctuation is near them.
fn is_for_the_reader(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// What the rules of the table parse a text to.
fn parsed(text: &str, home: Option<Region>) -> Option<Parsed> {
    let root = match (text.contains('+'), home) {
        (true, None) => Root::International,
        (true, Some(region)) => Root::PlusAt(region),
        (false, Some(region)) => Root::Home(region),
        (false, None) => return None,
    };
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let parsed = parse(&digits, root)?;
    let is_possible = parsed.length == Length::Possible;
    Some((
        parsed.number.digits_in_full(),
        parsed.number.region(),
        is_possible,
    ))
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
