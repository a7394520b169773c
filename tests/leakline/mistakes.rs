//! Mistakes that people make, each with an answer that ends the search.

use crate::world::World;

fn world() -> World {
    let world = World::with_source("dump.txt", "491713920010\n12125550100\n");
    world.file("contacts.csv", "name,phone\nAnn,+12125550100\n");
    world
}

/// The run ends with 2, and stderr holds each of these texts.
#[track_caller]
fn assert_says(world: &World, args: &[&str], texts: &[&str]) {
    let run = world.run(args).expect(2);
    for text in texts {
        assert!(run.stderr.contains(text), "{args:?}: {}", run.stderr);
    }
    assert!(run.stderr.lines().count() >= 2, "no advice: {}", run.stderr);
}

#[test]
fn the_parts_of_one_number_are_never_answered_apart() {
    let world = world();
    for parts in [
        &["--country", "DE", "0171", "3920010"][..],
        &["--country", "DE", "0171", "392", "0010"],
        &["+49", "171", "3920010"],
        &["0171", "3920010"],
    ] {
        let args = [&["check"], parts].concat();
        assert_says(&world, &args, &["one number only together", "quotes"]);
        let dump = [&["check", "--dump", "dump.txt"], parts].concat();
        assert_says(&world, &dump, &["one number only together"]);
    }
    world
        .run(["check", "--country", "DE", "0171 3920010"])
        .expect(1);
    world
        .run(["check", "+12125550100", "+491713920010"])
        .expect(1);
}

#[test]
fn a_file_is_no_number() {
    let texts = ["is a file", "leakline check -i contacts.csv"];
    assert_says(&world(), &["check", "contacts.csv"], &texts);
}

#[test]
fn an_index_that_is_not_there_is_said_with_what_to_do() {
    let world = world();
    let wrong = ["check", "-i", "contacts.csv", "--index", "elsewhere"];
    assert_says(&world, &wrong, &["no index there", "data/leakline"]);
    let list = ["check", "-i", "contacts.csv", "--index", "contacts.csv"];
    assert_says(&world, &list, &["-i"]);
    let new = World::new();
    let first = ["check", "+12125550100"];
    assert_says(
        &new,
        &first,
        &["leakline load --source", "leakline check -i"],
    );
}

#[test]
fn a_misspelt_country_is_told_with_near_names() {
    let world = world();
    let args = ["check", "-i", "contacts.csv", "--country", "Germny"];
    assert_says(&world, &args, &["not a known country", "Germany"]);
    let args = ["check", "-i", "contacts.csv", "--country", "xyzzy"];
    assert_says(&world, &args, &["not a known country", "ISO code"]);
}

#[test]
fn values_are_told_with_what_is_expected() {
    let world = world();
    let baseline = [
        "check",
        "-i",
        "contacts.csv",
        "--baseline",
        "b.json",
        "--update-baseline",
    ];
    let args = [&baseline[..], &["--baseline-expires", "03.05.2027"]].concat();
    assert_says(&world, &args, &["YYYY-MM-DD"]);
    let values = [
        ("--only", "found", "not-covered"),
        ("--fail-on", "some", "5%"),
        ("--input-format", "xls", "xlsx"),
        ("--max-index-age", "soon", "90d"),
        ("--report", "pdf=x", "sarif"),
    ];
    for (flag, value, known) in values {
        let args = ["check", "-i", "contacts.csv", flag, value];
        assert_says(&world, &args, &[known]);
    }
    let args = ["load", "dump.txt", "--status", "true"];
    assert_says(&world, &args, &["fabricated"]);
}

#[test]
fn a_list_without_numbers_is_told_with_what_is_in_it() {
    let world = world();
    world.file("words.txt", "one\ntwo\nthree\n");
    let args = ["check", "-i", "words.txt", "--input-format", "text"];
    assert_says(
        &world,
        &args,
        &[
            "words.txt: nothing was decided",
            "none of 3 contacts",
            "line 1",
        ],
    );
    world.file("empty.txt", "");
    let texts = ["empty.txt: nothing was decided: the list is empty"];
    assert_says(&world, &["check", "-i", "empty.txt"], &texts);
}

#[test]
fn a_key_that_is_not_there_never_advises_a_new_one_for_an_old_index() {
    let world = world();
    let old = ["check", "+12125550100", "--key-file", "none"];
    assert!(!world.run(old).expect(2).stderr.contains("keygen"));
    let new = World::new();
    new.file("dump.txt", "12125550100\n");
    let first = [
        "load",
        "--source",
        "s",
        "dump.txt",
        "--key-file",
        "team.key",
    ];
    assert_says(&new, &first, &["leakline keygen team.key"]);
}

#[test]
fn what_cannot_be_decided_passes_only_by_asking() {
    let world = world();
    world.file("empty.txt", "");
    for list in [&["-i", "empty.txt"][..], &["+46701740605"], &["12"]] {
        let args = [&["check"], list].concat();
        world.run(&args).expect(2);
        let allowed = [&args[..], &["--allow-undecided"]].concat();
        let run = world.run(allowed).expect(0);
        assert!(run.stderr.contains("nothing was decided"), "{}", run.stderr);
    }
    world
        .run(["check", "--allow-undecided", "+12125550100"])
        .expect(1);
    world
        .run(["check", "--allow-undecided", "-i", "missing"])
        .expect(2);
}

#[test]
fn contacts_that_are_not_covered_may_be_too_many() {
    let world = world();
    let list = ["check", "+12125550199", "+46701740605", "--max-not-covered"];
    world.run([&list[..], &["50"]].concat()).expect(0);
    let args = [&list[..], &["49"]].concat();
    assert_says(&world, &args, &["1 of 2 contacts are not covered"]);
}

#[test]
fn a_breach_may_be_too_old() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let load = ["load", "--source", "old", "--date", "2019", "dump.txt"];
    world.run(load).expect(0);
    let check = ["check", "+12125550100", "--max-source-age"];
    let args = [&check[..], &["30d"]].concat();
    assert_says(&world, &args, &["no source searched has a breach date"]);
    world.run([&check[..], &["36500d"]].concat()).expect(1);
}
