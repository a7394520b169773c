//! Damage to the syntax of a table costs no more numbers than it touches.

use proptest::prelude::*;

use crate::dump::{DumpError, Limits, ReadOptions, Source, Stream};
use crate::intake::{self, FileReaderScratch, MostlyUnread, ReadingPolicy, Tally};
use crate::phone::{Accept, DigitOrder, Purpose};

/// The counts of a dump, if it is read.
fn counts(dump: &[u8]) -> Result<Tally, DumpError> {
    let stream = Stream::open(Source::Memory(dump.to_vec()), Limits::default())?;
    let policy = ReadingPolicy {
        purpose: Purpose::Load(Accept::Valid),
        country: None,
        order: DigitOrder::HomeFirst,
        mostly_unread: MostlyUnread::Read,
    };
    let (mut file, reader) = intake::open(stream, &ReadOptions::default(), policy, None)?;
    let mut scratch = FileReaderScratch::default();
    let mut whole = Tally::default();
    while let Some(batch) = file.next_batch(Vec::new())? {
        let mut tally = Tally::default();
        reader.numbers(
            0,
            &batch,
            &mut scratch,
            &mut Vec::new(),
            &mut tally,
            &mut |_, _| {},
        );
        reader.witness(&batch, &mut scratch, &mut tally);
        whole.add(&tally);
    }
    Ok(whole)
}

/// How rows are written.
#[derive(Clone, Copy, Debug)]
enum Syntax {
    Csv,
    JsonLines,
    JsonArray,
    KeyedById,
    OneInsert,
    Inserts,
}

fn any_writing() -> impl Strategy<Value = Syntax> {
    use Syntax::{Csv, Inserts, JsonArray, JsonLines, KeyedById, OneInsert};
    proptest::sample::select(vec![
        Csv, JsonLines, JsonArray, KeyedById, OneInsert, Inserts,
    ])
}

/// Rows of two numbers, in a column of their own and in a note.
fn rows(writing: Syntax) -> Vec<u8> {
    let row = |index: usize| {
        let (phone, note) = (
            format!("+12125550{}", 100 + index),
            format!("or +12125550{}", 199 - index),
        );
        let object = format!(r#"{{"id":{index},"phone":"{phone}","note":"{note}"}}"#);
        match writing {
            Syntax::Csv => format!("{index},{phone},{note}"),
            Syntax::JsonLines | Syntax::JsonArray => object,
            Syntax::KeyedById => format!(r#""u{index}":{object}"#),
            Syntax::OneInsert => format!("({index},'{phone}','{note}')"),
            Syntax::Inserts => {
                format!("INSERT INTO u (id,phone,note) VALUES ({index},'{phone}','{note}');")
            }
        }
    };
    let (head, between, tail) = match writing {
        Syntax::Csv => ("id,phone,note\n", "\n", "\n"),
        Syntax::JsonLines | Syntax::Inserts => ("", "\n", "\n"),
        Syntax::JsonArray => ("[\n", ",\n", "]\n"),
        Syntax::KeyedById => ("{\n", ",\n", "}\n"),
        Syntax::OneInsert => ("INSERT INTO u (id,phone,note) VALUES\n", ",\n", ";\n"),
    };
    let rows: Vec<String> = (0..40).map(row).collect();
    format!("{head}{}{tail}", rows.join(between)).into_bytes()
}

#[derive(Clone, Debug)]
enum Mutation {
    Removed,
    Replaced(u8),
    Added(u8),
}

fn any_damage() -> impl Strategy<Value = Mutation> {
    let byte = || proptest::sample::select(b",;\n{}[]:| \t".to_vec());
    prop_oneof![
        Just(Mutation::Removed),
        byte().prop_map(Mutation::Replaced),
        byte().prop_map(Mutation::Added),
    ]
}

/// Damages one byte, unless it is part of a number or of the first row.
fn damage(dump: &mut Vec<u8>, at: usize, damage: &Mutation) {
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'+';
    let around = [at.saturating_sub(1), at];
    let first_row = dump.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    if at <= first_row || around.iter().all(|at| dump.get(*at).is_none_or(is_number)) {
        return;
    }
    match damage {
        Mutation::Removed if !is_number(&dump[at]) => drop(dump.remove(at)),
        Mutation::Replaced(byte) if !is_number(&dump[at]) => dump[at] = *byte,
        Mutation::Added(byte) => dump.insert(at, *byte),
        _ => {}
    }
}

proptest! {
    /// Each damage costs at most the numbers of the two rows that it touches. A file that is read
    /// otherwise as a whole is refused, or holds more rejects than numbers, which stops a load.
    #[test]
    fn damaged_syntax_loses_no_more_numbers_than_it_touches(
        writing in any_writing(),
        damages in proptest::collection::vec((any::<prop::sample::Index>(), any_damage()), 0..6),
    ) {
        let mut dump = rows(writing);
        for (at, kind) in &damages {
            let at = at.index(dump.len());
            damage(&mut dump, at, kind);
        }
        if let Ok(tally) = counts(&dump) {
            let rejected = tally.rejected_in_all();
            let heard = tally.accepted + rejected + tally.unread.numbers();
            let touched = 4 * u64::try_from(damages.len()).unwrap();
            prop_assert!(
                rejected > tally.accepted || heard + touched >= 80,
                "{} accepted, {rejected} rejected, {} unread",
                tally.accepted,
                tally.unread.numbers()
            );
        }
    }
}
