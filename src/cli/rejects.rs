//! `--rejects FILE`: where each rejected row stands, and why. Never what is in it.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;

/// File, line and reason of every rejected row, as tab-separated text.
pub(crate) struct RejectsFile {
    pub(crate) file: BufWriter<File>,
    name: String,
}

impl RejectsFile {
    pub(crate) fn create(path: &Path) -> anyhow::Result<RejectsFile> {
        let name = path.display().to_string();
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
