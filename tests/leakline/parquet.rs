//! Parquet is refused with a command that helps. Where `duckdb` is not on the `PATH`, only the
//! refusal is tested.

use std::process::{Command, Stdio};

use crate::world::World;

fn duckdb(world: &World, command: &str) -> bool {
    let mut duckdb = Command::new("duckdb");
    duckdb.args(["-c", command]).current_dir(world.path(""));
    let status = duckdb.stdout(Stdio::null()).stdin(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn the_command_that_the_refusal_gives_makes_a_list_of_it() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world.file("list.parquet", b"PAR1\0\0\0\0PAR1");
    let contacts = "select 'C1' as id, '+12125550100' as phone";
    let has_duckdb = duckdb(&world, &format!("copy ({contacts}) to 'list.parquet'"));
    let refused = world.run(["check", "-i", "list.parquet"]).expect(2).stderr;
    let (_, command) = refused.split_once("duckdb -c \"").expect("a command");
    let (command, _) = command.split_once('"').expect("its end");
    if has_duckdb {
        assert!(
            duckdb(&world, &command.replace("FILE", "list")),
            "{command}"
        );
        let answer = world.run(["check", "--format", "csv", "-i", "list.csv"]);
        let rows = answer.expect(1).text();
        assert!(rows.contains("C1,+12125550100,exposed,US,breach"), "{rows}");
    }
}

#[test]
fn duckdb_hands_a_list_over_by_a_pipe() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let contacts = "select 'C1' as id, '+12125550100' as phone";
    if !duckdb(&world, &format!("copy ({contacts}) to 'c.parquet'")) {
        return;
    }
    let export = "copy (from 'c.parquet') to '/dev/stdout' (format csv, header)";
    let mut duckdb = Command::new("duckdb");
    let printed = duckdb.args(["-c", export]).current_dir(world.path(""));
    let list = printed.stdin(Stdio::null()).output().unwrap().stdout;
    let answer = world.run_with(
        ["check", "--keep-column", "id", "--format", "ndjson"],
        &list,
    );
    assert!(answer.expect(1).text().contains(r#""kept":{"id":"C1"}"#));
}
