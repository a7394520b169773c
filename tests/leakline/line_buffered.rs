//! `check --line-buffered`: each line is answered while the pipe is still open.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::world::World;

/// A check that is fed line by line.
struct Talk {
    child: Child,
    lines: Receiver<String>,
}

impl Talk {
    fn new(world: &World, args: &[&str]) -> Talk {
        let args = ["check", "--line-buffered"].iter().chain(args);
        let mut child = world
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                if send.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        Talk { child, lines }
    }

    fn say(&mut self, text: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
    }

    /// The next line of the answer; nothing else is said meanwhile.
    #[track_caller]
    fn hear(&self) -> String {
        self.lines
            .recv_timeout(Duration::from_secs(10))
            .expect("an answer before the next line")
    }

    #[track_caller]
    fn ends_with(mut self, code: i32) {
        drop(self.child.stdin.take());
        assert_eq!(self.child.wait().unwrap().code(), Some(code));
        assert_eq!(self.lines.iter().count(), 0);
    }
}

fn world() -> World {
    World::with_source("dump.txt", "12125550100\n12125550101\n")
}

#[test]
fn plain_lines_are_answered_one_by_one() {
    let world = world();
    for format in ["text", "ndjson"] {
        let mut talk = Talk::new(&world, &["--format", format]);
        for (line, answer) in [
            ("+12125550100", "exposed"),
            ("+12125550199", "not-found"),
            ("12", "invalid"),
        ] {
            talk.say(&format!("{line}\n"));
            assert!(talk.hear().contains(answer), "{format}: {line}");
        }
        talk.ends_with(1);
    }
}

#[test]
fn rows_of_csv_are_passed_through_one_by_one() {
    let world = world();
    let mut talk = Talk::new(&world, &["--format", "csv"]);
    talk.say("name,phone\n");
    assert_eq!(talk.hear(), "name,phone,exposure,country,sources");
    talk.say("Ann,+121255");
    talk.say("50100\nBo,\"+1212555");
    assert_eq!(talk.hear(), "Ann,+12125550100,exposed,US,breach");
    talk.say("0199\"\nCy,+12125550101");
    assert_eq!(talk.hear(), "Bo,\"+12125550199\",not-found,US,");
    drop(talk.child.stdin.take());
    assert_eq!(talk.hear(), "Cy,+12125550101,exposed,US,breach");
    talk.ends_with(1);
}

#[test]
fn ndjson_and_nul_ended_contacts_are_answered_one_by_one() {
    let world = world();
    let mut talk = Talk::new(&world, &["--format", "ndjson"]);
    talk.say("{\"phone\":\"+12125550100\"}\n");
    assert!(talk.hear().contains("\"line\":1"));
    talk.say("{\"phone\":\"+12125550199\"}\n");
    assert!(talk.hear().contains("not-found"));
    talk.say("{\"phone\":\"+1212");
    drop(talk.child.stdin.take());
    assert!(talk.hear().contains("truncated"));
    // A list that breaks off is not all there, which the last line says.
    assert!(talk.hear().contains("\"outcome\""));
    talk.ends_with(2);
    let mut talk = Talk::new(&world, &["-0"]);
    talk.say("+12125550100\0");
    assert!(talk.hear().contains("exposed"));
    talk.ends_with(1);
}

#[test]
fn the_answers_are_those_of_a_run_that_waits() {
    let world = world();
    let rows: String = (0..3000)
        .map(|row| format!("name {row};+121255501{:02}\n", row % 100))
        .collect();
    let list = format!("a;b\n{rows}");
    for format in ["csv", "ndjson"] {
        let run = |more: &[&str]| {
            let args = [&["check", "--format", format][..], more].concat();
            world.run_with(args, list.as_bytes()).expect(1).text()
        };
        assert!(run(&["--line-buffered"]) == run(&[]), "{format}");
    }
    // An endless line is bounded here too.
    let long = format!("+12125550100\n{}\n+12125550101\n", "x".repeat(3 << 20));
    let run = |more: &[&str]| {
        let args = ["check", "--format", "ndjson", "--input-format", "text"]
            .iter()
            .chain(more);
        world.run_with(args, long.as_bytes()).expect(1).text()
    };
    assert_eq!(run(&["--line-buffered"]), run(&[]));
}

#[test]
fn text_in_an_encoding_that_is_named_is_answered_line_by_line() {
    let world = world();
    let mut talk = Talk::new(&world, &["--encoding", "windows-1252"]);
    talk.say("+12125550100\n");
    assert!(talk.hear().contains("exposed"));
    talk.say("+12125550199\n");
    assert!(talk.hear().contains("not-found"));
    talk.ends_with(1);
}

#[test]
fn contact_cards_are_answered_one_by_one() {
    let world = world();
    let mut talk = Talk::new(&world, &["--format", "ndjson"]);
    for (number, answer) in [("+12125550100", "exposed"), ("+12125550199", "not-found")] {
        talk.say("BEGIN:VCARD\nVERSION:4.0\nFN:Ann\n");
        // A line may go on on the next one, so the card ends where that begins.
        talk.say(&format!("TEL:{number}\nEND:VCARD\n\n"));
        assert!(talk.hear().contains(answer), "{number}");
    }
    talk.ends_with(1);
}

#[test]
fn what_is_packed_is_unpacked() {
    let world = world();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"+12125550100\n+12125550199\n").unwrap();
    let packed = encoder.finish().unwrap();
    let run = |more: &[&str]| {
        let args = ["check"].iter().chain(more);
        world.run_with(args, &packed).expect(1).text()
    };
    assert_eq!(run(&["--line-buffered"]), run(&[]));
}
