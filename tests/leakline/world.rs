//! A folder of its own for each test, and the binary run in it.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::schemas::assert_published;

/// A temporary folder with an index and a key to be.
pub(crate) struct World {
    folder: TempDir,
}

/// What a run came to.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> World {
        World {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With the named text loaded as the source `breach`.
    pub(crate) fn with_source(name: &str, text: impl AsRef<[u8]>) -> World {
        let world = World::new();
        let dump = world.file(name, text);
        world
            .run(["load", "--source", "breach", dump.to_str().unwrap()])
            .expect(0);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// The segment file of a source.
    pub(crate) fn segment(&self, source: &str) -> PathBuf {
        self.segment_in("data/leakline", source)
    }

    /// The newest file of a source in an index folder; one that is not there, if there is none.
    pub(crate) fn segment_in(&self, index: &str, source: &str) -> PathBuf {
        let generations = names(&self.path(index)).into_iter().filter_map(|name| {
            let (name, generation) = name.strip_suffix(".segment")?.rsplit_once('.')?;
            (name == source).then_some(generation.parse::<u64>().ok()?)
        });
        let newest = generations.max().unwrap_or(0);
        self.path(index).join(format!("{source}.{newest}.segment"))
    }

    /// The command with folders of its own and nothing of the user's environment that it reads.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leakline"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            // Far ahead, since what expires goes by the true time where that is later.
            .env("SOURCE_DATE_EPOCH", "4070908800");
        for variable in [
            "LEAKLINE_INDEX",
            "LEAKLINE_KEY_FILE",
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "CLICOLOR",
            "CI",
            "GITHUB_STEP_SUMMARY",
        ] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.run_with(args, b"")
    }

    pub(crate) fn run_with<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        stdin: &[u8],
    ) -> Run {
        finish(&mut self.command(args), stdin)
    }
}

/// Runs a command to its end with this standard input.
pub(crate) fn finish(command: &mut Command, stdin: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    // A command that does not read its input closes the pipe: that is no failure of the test.
    let writer = std::thread::spawn(move || pipe.write_all(&stdin).unwrap_or_default());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_published(command, &output.stdout);
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Run {
    /// The same run, which must have ended with this code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Run {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.text(),
            self.stderr
        );
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// `object` without the fields that every object has, which `outcomes` and
/// `forger` test.
#[track_caller]
pub(crate) fn own_fields(mut object: Value) -> Value {
    // Of a check.
    object.as_object_mut().unwrap().remove("inputs");
    for field in ["index", "tool", "outcome"] {
        let removed = object.as_object_mut().unwrap().remove(field);
        assert!(removed.is_some(), "{field}: {object}");
    }
    // Of commands that change an index.
    object.as_object_mut().unwrap().remove("stored");
    object
}

/// A file or folder of the repository's fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// The names in a folder, sorted; none if there is no folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
