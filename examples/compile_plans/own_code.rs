//! Digits without a plus that begin with their region's own calling code: how many of a plan's
//! numbers each order of reading them loses.
//!
//! `49 178 87943349` from Germany is a mobile number with its calling code, and a national number
//! of twelve digits. Whichever reading comes first, digits of the other kind are another
//! subscriber's.

use std::collections::HashMap;
use std::io::{self, Write};

use leakline::phone::Region;

use crate::graph::{DEAD, Graph, NodeId};
use crate::label::Label;
use crate::plan::Plan;
use crate::rewrite::Origin;
use crate::sets;
use crate::table::Automaton;

/// The calling code comes first unless that saves fewer numbers by this share, in percent.
const LEAST_GAIN: f64 = 0.1;

/// The numbers of one kind, and how many are lost.
#[derive(Clone, Copy, Default)]
pub(crate) struct Loss {
    numbers: u64,
    /// Written without trunk digit, and read as international though they are national.
    national: u64,
    /// Written with the calling code and no plus, and read as national though they are
    /// international.
    international: u64,
}

/// What a region's plan loses.
#[derive(Clone, Copy)]
pub(crate) struct OwnCode {
    pub(crate) region: Region,
    mobile: Loss,
    fixed: Loss,
    all: Loss,
}

impl OwnCode {
    /// Measures the plan of a region.
    pub(crate) fn of(plan: &Plan, automaton: &Automaton) -> OwnCode {
        let loss = |numbers| Loss::of(numbers, plan, automaton);
        OwnCode {
            region: plan.region,
            mobile: loss(plan.mobile),
            fixed: loss(plan.fixed),
            all: loss(plan.typed),
        }
    }

    /// Whether digits that are valid both ways are read as dialled at home. Dumps are lists of
    /// mobile numbers, so those decide if any is lost.
    pub(crate) fn is_home_first(&self) -> bool {
        let decides = if self.mobile.any() {
            self.mobile
        } else {
            self.fixed
        };
        decides.national_share() - decides.international_share() >= LEAST_GAIN
    }

    /// Whether some number, of whatever type, is read as another where a dump writes it without a
    /// plus.
    pub(crate) fn may_be_misread(&self) -> bool {
        let lost = if self.is_home_first() {
            self.all.international
        } else {
            self.all.national
        };
        lost > 0
    }

    fn has_any(&self) -> bool {
        self.mobile.any() || self.fixed.any()
    }
}

impl Loss {
    fn of(numbers: NodeId, plan: &Plan, automaton: &Automaton) -> Loss {
        let graph = &automaton.graph;
        let (home, _) = automaton.regions[plan.region.index()];
        let code: Vec<u8> = (plan.calling_code.to_string().bytes())
            .map(|byte| byte - b'0')
            .collect();
        let after = |root| (code.iter()).fold(root, |node, &digit| graph.step(node, digit));
        let is_valid = |answer: u32| answer != 0;
        let is_another = |answer: u32| {
            let label = answer
                .checked_sub(1)
                .map(|at| &automaton.labels[at as usize]);
            label.is_some_and(|label| {
                !matches!(label, Label::Valid { origin, .. } if *origin == Origin::default())
            })
        };
        // A set of which every member begins with the code, and the digits behind it.
        let abroad = after(automaton.international);
        Loss {
            numbers: sets::count(numbers, graph, &mut HashMap::new()),
            national: count_both(
                after(numbers),
                abroad,
                &is_valid,
                graph,
                &mut HashMap::new(),
            ),
            international: count_both(
                numbers,
                after(home),
                &is_another,
                graph,
                &mut HashMap::new(),
            ),
        }
    }

    fn any(&self) -> bool {
        self.national + self.international > 0
    }

    fn share(&self, lost: u64) -> f64 {
        if self.numbers == 0 {
            return 0.0;
        }
        100.0 * lost as f64 / self.numbers as f64
    }

    fn national_share(&self) -> f64 {
        self.share(self.national)
    }

    fn international_share(&self) -> f64 {
        self.share(self.international)
    }
}

/// Number of strings in the set `numbers` that `node` gives an answer that counts.
fn count_both(
    numbers: NodeId,
    node: NodeId,
    counts: &impl Fn(u32) -> bool,
    graph: &Graph,
    memo: &mut HashMap<(NodeId, NodeId), u64>,
) -> u64 {
    if numbers == DEAD || node == DEAD {
        return 0;
    }
    if let Some(&known) = memo.get(&(numbers, node)) {
        return known;
    }
    let (left, right) = (graph.get(numbers), graph.get(node));
    let mut strings = u64::from(left.answer != 0 && counts(right.answer));
    for digit in 0..10 {
        strings += count_both(left.next[digit], right.next[digit], counts, graph, memo);
    }
    memo.insert((numbers, node), strings);
    strings
}

/// Writes the figures of every region that loses any, as `src/phone/plans/own_code.tsv`.
pub(crate) fn write(automaton: &Automaton, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "# Digits without a plus that begin with their region's own calling code, and are valid both with it and\n\
         # as a national number. Share of a plan's numbers, in percent, that each order of reading gives to another\n\
         # subscriber: national, of the numbers written without trunk digit, where the calling code is read first;\n\
         # international, of those written with the calling code, where the region's own numbers are read first.\n\
         # The calling code comes first, unless that loses at least {LEAST_GAIN} percent more: of the mobile numbers if\n\
         # any of them is lost, else of the fixed lines. Regions that are not here lose none.\n\
         # Counted from the patterns of libphonenumber's metadata {}. Made by `compile_plans own_code`.\n\
         region\tfirst\tmobile_national\tmobile_international\tfixed_national\tfixed_international",
        automaton.version
    )?;
    for own in automaton.own_code.iter().filter(|own| own.has_any()) {
        let first = if own.is_home_first() { "home" } else { "code" };
        write!(out, "{}\t{first}", own.region)?;
        for loss in [own.mobile, own.fixed] {
            let shares = [loss.national_share(), loss.international_share()];
            write!(out, "\t{:.3}\t{:.3}", shares[0], shares[1])?;
        }
        writeln!(out)?;
    }
    Ok(())
}
