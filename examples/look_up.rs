//! Asks an index about one number: `cargo run --example look_up -- KEY INDEX '+12125550100'`.

#![allow(clippy::print_stdout, reason = "the answer goes to stdout")]

use std::error::Error;
use std::path::Path;

use leakline::exposure::Checker;
use leakline::index::Index;
use leakline::key::Key;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, key, index, text] = &args[..] else {
        return Err("usage: look_up KEY INDEX NUMBER".into());
    };
    let key = Key::open(Path::new(key))?;
    let index = Index::open(Path::new(index), Some(&key))?;
    for finding in Checker::of_index(&index, &key).ask(text, None)? {
        let answer = finding.exposure.map_or("blank", |exposure| exposure.code());
        println!("{answer}");
        for &source in &finding.sources {
            println!("  {}", index.segments()[source].meta().source);
        }
    }
    Ok(())
}
