//! `version`: the program, its numbering plans and the format of its indexes.

use leakline::report::Tool;
use serde::Serialize;

use crate::cli::args::Version;
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::output::Output;

/// The object of `--json`; the program itself is in `tool`, as in every other object.
#[derive(Serialize)]
struct VersionReport {
    schema_version: u32,
}

pub(crate) fn run(args: &Version, settings: &Settings) -> anyhow::Result<Exit> {
    let mut output = Output::choose(None, settings)?;
    if args.json {
        let report = VersionReport { schema_version: 1 };
        output.write_json(&report, &Exit::Clean.outcome(None))?;
        return Ok(Exit::Clean);
    }
    let Tool {
        version,
        commit,
        plans,
        plans_date,
        old_plans,
        index_format,
    } = Tool::THIS;
    let commit = commit.unwrap_or("not known to the build");
    let text = format!(
        "leakline {version}\n\
         commit            {commit}\n\
         numbering plans   libphonenumber {plans} of {plans_date}\n\
         old plans         table {old_plans}\n\
         index format      {index_format}\n"
    );
    output.write(text.as_bytes())?;
    Ok(Exit::Clean)
}
