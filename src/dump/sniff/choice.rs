//! Which columns are read, of a table or of JSON values alike: cells decide, and names help where
//! cells say too little.

use super::{cells::Looks, names::Meaning};

/// A column that may hold numbers.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub(super) meaning: Meaning,
    pub(super) looks: Looks,
}

/// The columns that are read, by their index among the candidates.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// In order; empty if no column holds numbers.
    pub(super) read: Vec<usize>,
    /// Those of them that no name tells.
    pub(super) by_cells: Vec<usize>,
    /// Columns of digits that may be numbers by their name or by their cells, but not by both.
    pub(super) left_out: Vec<usize>,
}

/// A column of which `rows` have so few cells that they say nothing.
fn is_sparse(looks: &Looks, rows: usize) -> bool {
    const FEWEST: usize = 3;
    const ONE_IN: usize = 40;
    looks.filled < FEWEST && looks.filled * ONE_IN < rows
}

/// Chooses among the columns of `rows` rows.
///
/// A column is read if its name means numbers, or if 90 % of its cells are numbers. A column of ids
/// or dates must have international ones: in some countries nearly all digits are a number at home.
/// So must a column of bare digits whose name tells nothing, if another column has international
/// numbers.
pub(super) fn choose(candidates: &[Candidate], rows: usize) -> Choice {
    let mut choice = Choice::default();
    let is_certain =
        |looks: &Looks| looks.are_nearly_all(looks.international) && !is_sparse(looks, rows);
    let any_certain = candidates
        .iter()
        .any(|candidate| is_certain(&candidate.looks));
    // `Mobile sessions`, `phone_md5`: digits, beside a column of numbers, and not written as those.
    let is_unlike = |meaning: &Meaning, looks: &Looks| {
        *meaning == Meaning::Likely
            && any_certain
            && looks.are_half(looks.digits)
            && !looks.are_half(looks.shaped.max(looks.numbers))
    };
    for (index, Candidate { meaning, looks }) in candidates.iter().enumerate() {
        let is_named = match meaning {
            Meaning::Phone => true,
            Meaning::Likely => looks.are_half(looks.digits) && !is_unlike(meaning, looks),
            _ => false,
        };
        let are_numbers = looks.are_nearly_all(looks.numbers) && !is_sparse(looks, rows);
        let may_be_ids = match meaning {
            Meaning::OtherDigits => true,
            Meaning::Nameless | Meaning::Unknown => {
                any_certain && !looks.are_nearly_all(looks.marked)
            }
            _ => false,
        };
        if is_named {
            choice.read.push(index);
        } else if are_numbers && (!may_be_ids || looks.are_nearly_all(looks.international)) {
            choice.read.push(index);
            choice.by_cells.push(index);
        } else if are_numbers || is_unlike(meaning, looks) {
            choice.left_out.push(index);
        }
    }
    if choice.read.is_empty() {
        let is_borne_out = |candidate: &Candidate| {
            let looks = &candidate.looks;
            candidate.meaning == Meaning::Maybe && looks.are_half(looks.shaped.max(looks.numbers))
        };
        let maybe = candidates
            .iter()
            .enumerate()
            .filter(|(_, candidate)| is_borne_out(candidate));
        choice.read.extend(maybe.map(|(index, _)| index));
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column of 100 cells.
    fn column(meaning: Meaning, numbers: usize, international: usize) -> Candidate {
        let looks = Looks {
            numbers,
            international,
            shaped: 100,
            marked: 0,
            digits: 100,
            filled: 100,
        };
        Candidate { meaning, looks }
    }

    fn empty(meaning: Meaning) -> Candidate {
        let looks = Looks::default();
        Candidate { meaning, looks }
    }

    #[test]
    fn cells_decide_and_names_help() {
        use Meaning::{Likely, Maybe, Nameless, OtherDigits, Phone, Unknown};
        let read = |candidates: &[Candidate]| choose(candidates, 100).read;
        assert_eq!(
            read(&[column(Unknown, 90, 0), column(Unknown, 89, 89)]),
            [0]
        );
        assert_eq!(
            read(&[empty(Phone), empty(Likely), empty(Unknown), empty(Maybe)]),
            [0, 1]
        );
        assert_eq!(
            read(&[column(Phone, 0, 0), column(Unknown, 100, 0)]),
            [0, 1]
        );
        assert_eq!(
            read(&[column(OtherDigits, 100, 89), column(OtherDigits, 100, 90)]),
            [1]
        );
        assert_eq!(read(&[column(Maybe, 50, 0), column(Unknown, 50, 50)]), [0]);
        assert_eq!(
            read(&[column(Nameless, 100, 0), column(Nameless, 95, 0)]),
            [0, 1]
        );
        assert_eq!(
            read(&[column(Nameless, 100, 0), column(Nameless, 100, 95)]),
            [1]
        );
        let choice = choose(&[column(OtherDigits, 100, 0), column(Unknown, 100, 0)], 100);
        assert_eq!((choice.by_cells, choice.left_out), (vec![1], vec![0]));
    }

    #[test]
    fn one_cell_among_many_rows_decides_nothing() {
        let looks = Looks {
            numbers: 1,
            international: 1,
            shaped: 1,
            marked: 1,
            digits: 1,
            filled: 1,
        };
        let candidate = Candidate {
            meaning: Meaning::Unknown,
            looks,
        };
        assert_eq!(choose(&[candidate], 40).read, [0]);
        assert!(choose(&[candidate], 41).read.is_empty());
    }

    #[test]
    fn beside_numbers_a_word_for_a_phone_needs_cells_written_as_numbers() {
        let mut other = column(Meaning::Likely, 0, 0);
        assert_eq!(
            choose(&[column(Meaning::Phone, 90, 90), other], 100).read,
            [0, 1]
        );
        other.looks.shaped = 49;
        let choice = choose(&[column(Meaning::Phone, 90, 90), other], 100);
        assert_eq!((choice.read, choice.left_out), (vec![0], vec![1]));
        assert_eq!(
            choose(&[column(Meaning::Phone, 90, 89), other], 100).read,
            [0, 1]
        );
    }

    #[test]
    fn a_word_for_a_phone_needs_digits_in_the_cells() {
        let mut candidate = column(Meaning::Likely, 0, 0);
        candidate.looks.digits = 49;
        assert!(choose(&[candidate], 100).read.is_empty());
        candidate.looks.digits = 50;
        assert_eq!(choose(&[candidate], 100).read, [0]);
    }
}
