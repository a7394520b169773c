//! `--rejects FILE`: file, line and reason of each rejected row. Never its content.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;

use leakline::printable::{printable, shown};

/// File, line and reason of every rejected row, as tab-separated text.
pub(crate) struct RejectsFile {
    pub(crate) file: BufWriter<File>,
    name: String,
}

/// A file's name as a cell: no tab or line end in it ends the cell, and no spreadsheet takes it for
/// a formula.
pub(crate) fn cell(path: &Path) -> String {
    let name = shown(&path);
    let name = printable(&name);
    if name.starts_with(['=', '+', '-', '@']) {
        format!("'{name}")
    } else {
        name.into_owned()
    }
}

impl RejectsFile {
    pub(crate) fn create(path: &Path) -> anyhow::Result<RejectsFile> {
        let name = shown(&path);
        let file = File::create(path).with_context(|| format!("{name}: cannot be written"))?;
        let mut file = BufWriter::new(file);
        writeln!(file, "file\tline\treason")?;
        Ok(RejectsFile { file, name })
    }

    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.file
            .flush()
            .with_context(|| format!("{}: cannot be written", self.name))
    }
}
