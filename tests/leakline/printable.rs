//! Names that others gave reach a terminal and a report as text that nothing obeys.

use crate::world::World;

/// Starts text from right to left, ends a line, colours, and starts a workflow command.
const NAME: &str = "a\u{202e}\n::error::\u{1b}[31m\u{2066}\u{85}b.csv";
const HIDDEN: [char; 4] = ['\u{202e}', '\u{1b}', '\u{2066}', '\u{85}'];

fn world() -> World {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let title = format!("The {NAME} list");
    let load = ["load", "--source", "breach", "--title", &title, "dump.txt"];
    world.run(load).expect(0);
    world.file(
        NAME,
        format!("{NAME},phone,other\nx,12125550100,+12125550199\n"),
    );
    world
}

#[test]
fn the_text_report_shows_no_control_or_direction_of_a_name_or_title() {
    let run = world().run(["check", "-i", NAME]).expect(1);
    let text = run.text();
    assert!(text.contains("exposed"), "{text:?}");
    assert!(!text.contains(HIDDEN), "{text:?}");
    // A line for each of the two numbers, one for the row above the header, and none that a name
    // began.
    assert_eq!(text.lines().count(), 3, "{text:?}");
    // The names of the list and the title of the source are said once, beside the rows.
    let said = &run.stderr;
    assert!(said.contains("::error::"), "{said:?}");
    assert!(!said.contains("\n::error::"), "{said:?}");
    assert!(!said.contains(HIDDEN), "{said:?}");
}

#[test]
fn messages_and_tables_show_no_control_or_direction_of_a_name() {
    let world = world();
    for args in [
        &["load", "-v", "--dry-run", "--source", "t", NAME][..],
        &[
            "load",
            "--dry-run",
            "--source",
            "t",
            "--phone-column",
            "no",
            NAME,
        ],
        &[
            "load",
            "--dry-run",
            "--source",
            "t",
            "--max-rejects",
            "0",
            NAME,
        ],
        &["check", "--dump", NAME, "+12125550100"],
        &["sources"],
        &["sources", "remove", "none", "--index", NAME],
    ] {
        let run = world.run(args);
        let shown = run.stderr.clone() + &run.text();
        assert!(
            !shown.is_empty() && !shown.contains(HIDDEN),
            "{args:?}: {shown:?}"
        );
        let begun = |line: &str| line.starts_with("::");
        assert!(!shown.lines().any(begun), "{args:?}: {shown:?}");
    }
}
