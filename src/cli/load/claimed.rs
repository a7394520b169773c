//! `--claimed`: the file of a seller's table, and the messages about one that is refused.

use std::collections::BTreeMap;
use std::io::{self, Read as _};

use anyhow::Context as _;
use leakline::load::{ClaimsError, read_claims};
use leakline::printable::shown;

use crate::cli::args::values::InputPath;
use crate::cli::terminal::failure::{failure, in_full};

const ADVICE: &str = "give two columns, country and count, as in EG,44823547 or EG,\"44,823,547\"";

/// The claimed counts by country code.
pub(crate) fn read(input: &InputPath) -> anyhow::Result<BTreeMap<String, u64>> {
    let name = shown(&input.as_path());
    let table = read_whole(input).map_err(|error| {
        let error = anyhow::Error::new(error).context(format!("{name}: cannot be read"));
        failure(in_full(&error), "check the path, and that you may read it")
    })?;
    match read_claims(&table) {
        Ok(claims) => Ok(claims),
        Err(error @ ClaimsError::Row { .. }) => Err(error).context(name),
        Err(error) => Err(failure(format!("{name}: {error}"), ADVICE)),
    }
}

fn read_whole(input: &InputPath) -> io::Result<Vec<u8>> {
    match input {
        InputPath::File(path) => std::fs::read(path),
        InputPath::Stdin => {
            let mut table = Vec::new();
            io::stdin().read_to_end(&mut table)?;
            Ok(table)
        }
    }
}
