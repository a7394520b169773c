//! Names the commit that a release is built from, for the field `tool` of reports, and its day, for
//! manual pages.
//!
//! `LEAKLINE_COMMIT` takes precedence over git. Debug builds name no commit: they would be compiled
//! anew after each one.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=LEAKLINE_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("LEAKLINE_COMMIT").is_some() || env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    for file in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", file]) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    for (variable, args) in [
        ("LEAKLINE_COMMIT", ["rev-parse", "HEAD"].as_slice()),
        ("LEAKLINE_DATE", &["log", "-1", "--format=%cs"]),
    ] {
        if let Some(value) = git(args) {
            println!("cargo::rustc-env={variable}={value}");
        }
    }
}

/// What git prints; `None` without git, and for a package that lies in the repository of another.
fn git(args: &[&str]) -> Option<String> {
    let run = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
    };
    run(&["ls-files", "--error-unmatch", "Cargo.toml"])?;
    run(args)
}
