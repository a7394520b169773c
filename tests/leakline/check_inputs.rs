//! Where `check` takes contacts, index and key from.

use serde_json::Value;

use crate::world::{World, finish};

fn world() -> World {
    World::with_source("dump.txt", "12125550100\n12125550101\n61491570006\n")
}

/// `input:line status` of every result.
#[track_caller]
fn places(world: &World, args: &[&str], stdin: &str, code: i32) -> Vec<String> {
    let args = ["check", "--format", "ndjson"].iter().chain(args);
    let run = world.run_with(args, stdin.as_bytes()).expect(code);
    (run.text().lines())
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            format!("{}:{} {}", text("input"), row["line"], text("status"))
        })
        .collect()
}

#[test]
fn contacts_come_from_arguments_files_and_stdin_in_that_order() {
    let world = world();
    world.file("a.txt", "+12125550100\n\n+12125550199\n");
    world.file(
        "b.json",
        "[{\"phone\":\"+12125550199\"},{\"phone\":null},\n\n{\"phone\":\"+12125550101\"}]",
    );
    for (args, stdin, expected) in [
        (
            &["+12125550100"][..],
            "+12125550101\n",
            &["argument:1 exposed"][..],
        ),
        (
            &["-i", "a.txt"],
            "+12125550101\n",
            &["a.txt:1 exposed", "a.txt:3 not-found"],
        ),
        (
            &["-i", "a.txt", "-i", "a.txt"],
            "",
            &[
                "a.txt:1 exposed",
                "a.txt:3 not-found",
                "a.txt:1 exposed",
                "a.txt:3 not-found",
            ],
        ),
        (&[], "+12125550101\n", &["-:1 exposed"]),
        (&["-i", "-"], "+12125550101", &["-:1 exposed"]),
        (&["-"], "+12125550101\r\n", &["-:1 exposed"]),
        (
            &["-i", "-", "12", "+12125550100"],
            "\n\n+12125550101\n",
            &["argument:1 invalid", "argument:2 exposed", "-:3 exposed"],
        ),
        (
            &["-i", "b.json"],
            "",
            &["b.json:1 not-found", "b.json:3 exposed"],
        ),
        (
            &["-i", "/dev/stdin"],
            "+12125550101\n",
            &["/dev/stdin:1 exposed"],
        ),
        (
            &["-0"],
            "+12125550100\0+12125550199\0",
            &["-:1 exposed", "-:2 not-found"],
        ),
        (
            &["--null", "-i", "-"],
            "x\n\0+12125550100",
            &["-:1 invalid", "-:2 exposed"],
        ),
    ] {
        assert_eq!(places(&world, args, stdin, 1), expected, "{args:?}");
    }
}

#[test]
fn a_byte_order_mark_hides_no_contact() {
    let world = world();
    for list in [
        "+12125550100\n",
        "phone\n+12125550100\n",
        "[{\"phone\":\"+12125550100\"}]",
        "{\"phone\":\"+12125550100\"}\n",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:+12125550100\r\nEND:VCARD\r\n",
        "dn: cn=Ann\ntelephoneNumber: +12125550100\n",
        "INSERT INTO t (phone) VALUES ('+12125550100');\n",
    ] {
        let marked = format!("\u{feff}{list}");
        let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [list.as_bytes(), marked.as_bytes(), &utf16] {
            let run = world.run_with(["check"], bytes);
            assert_eq!(run.code, Some(1), "{bytes:?}: {}", run.stderr);
        }
    }
}

#[test]
fn stdin_is_used_once() {
    let world = world();
    for args in [
        &["-i", "-", "-i", "-"][..],
        &["-", "-i", "-"],
        &["-", "-"],
        &["-i", "-", "--dump", "-"],
        &["--dump", "-", "--dump", "-", "+12125550100"],
        &["--dump", "-"],
    ] {
        let args = ["check"].iter().chain(args);
        let run = world.run_with(args, b"+12125550100\n").expect(2);
        assert!(run.stderr.starts_with("leakline: "), "{}", run.stderr);
    }
}

#[test]
fn the_input_options_of_load_mean_the_same() {
    let world = world();
    let cases: [(&str, &[&str], &str); 12] = [
        ("0491570006\n", &["--country", "AU"], "exposed"),
        ("0491570006\n", &["--country", "Australia"], "exposed"),
        (
            "a,b\n0491570006,AU\n",
            &["--phone-column", "a", "--country-column", "b"],
            "exposed",
        ),
        (
            "0491570006;x;Australia\n",
            &[
                "--phone-field",
                "1",
                "--country-field",
                "3",
                "--delimiter",
                ";",
            ],
            "exposed",
        ),
        (
            "+12125550199,+12125550100\n",
            &["--phone-field", "2"],
            "exposed",
        ),
        (
            "a,b\n+12125550199,+12125550100\n",
            &["--phone-column", "b"],
            "exposed",
        ),
        (
            "{\"x\":{\"y\":\"+12125550100\"}}\n",
            &["--json-path", "x.y"],
            "exposed",
        ),
        (
            "+12125550100, or so\n",
            &["--input-format", "text"],
            "invalid",
        ),
        (
            "{\"phone\":\"+12125550100\"}\n",
            &["--input-format", "ndjson"],
            "exposed",
        ),
        (
            "phone\n+12125550100\n",
            &["--no-header", "--input-format", "csv"],
            "invalid",
        ),
        (
            "61491570006\n",
            &["--country", "DE", "--international"],
            "exposed",
        ),
        (
            "+\u{0}1\u{0}2\u{0}1\u{0}2\u{0}5\u{0}5\u{0}5\u{0}0\u{0}1\u{0}0\u{0}0\u{0}\n\u{0}",
            &["--encoding", "utf-16le"],
            "exposed",
        ),
    ];
    for (list, args, status) in cases {
        let args = ["check", "--format", "ndjson", "-i", "-"]
            .iter()
            .chain(args);
        let run = world.run_with(args.clone(), list.as_bytes());
        let first: Value =
            serde_json::from_str(run.text().lines().next().unwrap_or("null")).unwrap();
        assert_eq!(first["status"], status, "{list:?} {args:?}: {}", run.stderr);
    }
    // What was asked for and is not there is no list without numbers.
    for args in [
        ["--phone-column", "c"],
        ["--phone-field", "9"],
        ["--phone-field", "0"],
        ["--country", "Atlantis"],
        ["--input-format", "doc"],
        ["--encoding", "ebcdic"],
    ] {
        let args = ["check", "-i", "-"].iter().chain(&args);
        world.run_with(args, b"a,b\n+12125550100,x\n").expect(2);
    }
}

#[test]
fn lists_that_cannot_be_read_are_2_and_named() {
    let world = world();
    world.file("page.csv", "<!DOCTYPE html><html></html>");
    world.file("words.csv", "a,b\nx,y\nz,w\n");
    std::fs::create_dir(world.path("folder")).unwrap();
    for list in ["missing.csv", "folder", "page.csv", "words.csv"] {
        let run = world.run(["check", "-i", list]).expect(2);
        assert!(
            run.stderr.starts_with(&format!("leakline: {list}: ")),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr
                .lines()
                .nth(1)
                .is_some_and(|line| line.starts_with("  ")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_dump_that_is_not_there_is_2_and_named() {
    let run = world()
        .run(["check", "--dump", "nothing.txt", "+12125550100"])
        .expect(2);
    assert!(
        run.stderr.starts_with("leakline: nothing.txt: "),
        "{}",
        run.stderr
    );
}

#[test]
fn a_number_in_the_wrong_place_is_not_repeated() {
    let world = world();
    for args in [
        &["+12125550100"][..],
        &["+1 212 555 0100"],
        &["check", "--only", "+1 (212) 555-0100"],
        &["check", "--country", "+1.212.555.0100", "x"],
        &[
            "check",
            "--max-index-age",
            "\u{661}\u{662}\u{661}\u{662}\u{665}\u{665}\u{665}\u{660}\u{661}\u{660}\u{660}",
            "x",
        ],
        &["check", "-i", "+12125550100"],
        &["check", "-i", "+1 212 555 0100"],
        &["check", "--dump", "12125550100", "x"],
        &["check", "--report", "+12125550100=x", "x"],
    ] {
        let run = world.run(args).expect(2);
        assert!(run.stderr.starts_with("leakline: "), "{}", run.stderr);
        let digits: String = run.stderr.chars().filter(|c| c.is_numeric()).collect();
        assert!(
            !digits.contains("5550") && !digits.contains('\u{665}'),
            "{args:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn index_and_key_come_from_flags_and_environment() {
    let world = world();
    let key = std::fs::read_to_string(world.path("config/leakline/key")).unwrap();
    let (index, key_file) = (
        world.path("data/leakline"),
        world.path("config/leakline/key"),
    );
    let segment = world.segment("breach");
    let run = |args: &[&str], environment: &[(&str, &str)]| {
        let args = ["check", "+12125550100"].iter().chain(args);
        let mut command = world.command(args);
        command
            .env("XDG_DATA_HOME", "/nowhere")
            .env("XDG_CONFIG_HOME", "/nowhere");
        finish(command.envs(environment.iter().copied()), b"").code
    };
    let [index, key_file, segment] =
        [&index, &key_file, &segment].map(|path| path.to_str().unwrap());
    let (found, failed) = (Some(1), Some(2));
    for (args, environment, code) in [
        (
            &["--index", index, "--key-file", key_file][..],
            &[][..],
            found,
        ),
        (&["--index", segment, "--key-file", key_file], &[], found),
        (
            &[],
            &[("LEAKLINE_INDEX", index), ("LEAKLINE_KEY_FILE", key_file)],
            found,
        ),
        (
            &[],
            &[("LEAKLINE_INDEX", segment), ("LEAKLINE_KEY_FILE", key_file)],
            found,
        ),
        (
            &["--index", index],
            &[
                ("LEAKLINE_INDEX", "/nowhere"),
                ("LEAKLINE_KEY_FILE", key_file),
            ],
            found,
        ),
        (
            &["--key-file", key_file],
            &[("LEAKLINE_INDEX", index), ("LEAKLINE_KEY_FILE", "/nowhere")],
            found,
        ),
        (
            &["--key-env", "K"],
            &[("LEAKLINE_INDEX", index), ("K", key.trim())],
            found,
        ),
        (
            &["--key-env", "K"],
            &[("LEAKLINE_INDEX", index), ("LEAKLINE_KEY_FILE", key_file)],
            failed,
        ),
        (
            &["--key-env", "K"],
            &[("LEAKLINE_INDEX", index), ("K", "ab")],
            failed,
        ),
        (
            &["--key-env", key.trim()],
            &[("LEAKLINE_INDEX", index)],
            failed,
        ),
        (&[], &[("LEAKLINE_KEY_FILE", key_file)], failed),
        (&[], &[("LEAKLINE_INDEX", index)], failed),
    ] {
        assert_eq!(run(args, environment), code, "{args:?} {environment:?}");
    }
}

#[test]
fn sources_that_are_not_there_are_2_also_beside_some_that_are() {
    let world = world();
    for (sources, code) in [
        (&["breach"][..], 1),
        (&["breach", "breach"], 1),
        (&["other"], 2),
        (&["breach", "other"], 2),
        (&["BREACH"], 2),
        (&["no name"], 2),
    ] {
        let flags = sources.iter().flat_map(|source| ["--source", source]);
        let run = world.run(["check", "+12125550100"].into_iter().chain(flags));
        assert_eq!(run.code, Some(code), "{sources:?}: {}", run.stderr);
    }
}

#[test]
fn query_is_check_under_another_name() {
    let world = world();
    for args in [
        &["+12125550100"][..],
        &["-i", "dump.txt", "--format", "json"],
        &["--source", "x", "1"],
    ] {
        let runs = ["check", "query"].map(|name| world.run([&[name][..], args].concat()));
        assert_eq!(runs[0].code, runs[1].code);
        assert!(runs[0].stdout == runs[1].stdout && runs[0].stderr == runs[1].stderr);
    }
}

#[cfg(unix)]
#[test]
fn more_lists_than_files_may_be_open_are_no_trouble() {
    let world = world();
    let lists: Vec<String> = (0..300).map(|turn| format!("{turn}.txt")).collect();
    for list in &lists {
        world.file(list, "+12125550101\n+12125550199\n");
    }
    let program = env!("CARGO_BIN_EXE_leakline");
    let script = format!(
        "ulimit -n 128; exec {program} check --summary --format json -i {}",
        lists.join(" -i ")
    );
    let template = world.command([""; 0]);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).current_dir(world.path("."));
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let report = finish(&mut command, b"").expect(1).json();
    assert_eq!([&report["exposed"], &report["not_found"]], [300, 300]);
}
