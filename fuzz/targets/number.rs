//! Cells as numbers: an answer, the same each time and for each reading; digits after a plus are
//! what libphonenumber takes them for.

#![no_main]

use leakline::phone::{Accept, DigitOrder, CellOutcome, Purpose, CellReader, Region};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

fn outcomes(purpose: Purpose, order: DigitOrder, cell: &[u8], home: Option<Region>) -> Vec<CellOutcome> {
    let mut outcomes = Vec::new();
    CellReader { purpose, order }.cell(cell, home, &mut |outcome| outcomes.push(outcome));
    assert!(!outcomes.is_empty());
    outcomes
}

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let [flags, region, cell @ ..] = text else { return };
    let home = Region::from_index(usize::from(*region)).filter(|_| flags & 1 == 0);
    let order = if flags & 2 == 0 { DigitOrder::HomeFirst } else { DigitOrder::InternationalFirst };
    let load = Purpose::Load(Accept::Valid);
    let stored = outcomes(load, order, cell, home);
    let sought = outcomes(Purpose::Check, order, cell, home);
    assert_eq!(stored.len(), sought.len());
    for (stored, sought) in stored.iter().zip(&sought) {
        let CellOutcome::Number(stored) = stored else { continue };
        let CellOutcome::Number(sought) = sought else { panic!("stored, and not sought") };
        assert!(stored.number == sought.number, "what is stored is what is sought");
        let full = stored.number.in_full().to_string();
        let again = outcomes(load, order, full.as_bytes(), home);
        assert!(matches!(again[..], [CellOutcome::Number(same)] if same.number == stored.number));
    }
    // The proof is about digits after a plus, in no old plan. No calling code begins with 0: a plus
    // before `00` is one too many, and is read as one.
    let digits: Vec<u8> = cell.iter().copied().filter(u8::is_ascii_digit).take(17).collect();
    if digits.starts_with(b"0") {
        return;
    }
    let plus = [b"+", digits.as_slice()].concat();
    let Ok(text) = str::from_utf8(&plus) else { return };
    let ours = match outcomes(load, order, &plus, None)[..] {
        [CellOutcome::Number(reading)] if !reading.migrated => Some(reading.number.in_full().to_string()),
        [CellOutcome::Number(_)] => return,
        _ => None,
    };
    let theirs = PHONE_NUMBER_UTIL.parse(text, None).ok();
    let theirs = theirs.filter(|number| PHONE_NUMBER_UTIL.is_valid_number(number)).and_then(|number| {
        let full = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
        // The crate keeps ten leading zeros at most, and so finds numbers of more valid: `+888` and
        // twelve zeros. Ten are ten, and right.
        let is_cut = number.number_of_leading_zeros() >= 10 && full != text;
        (!is_cut).then_some(full)
    });
    assert_eq!(ours, theirs, "as libphonenumber reads it");
});
