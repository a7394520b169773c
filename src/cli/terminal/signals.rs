//! Which signals ask a run to end, and those that are errors of the write that caused them.

use std::io;

/// Makes a file that gets too long an error of its write. The process goes on.
#[cfg(unix)]
pub(crate) fn survive_long_files() -> io::Result<()> {
    let has_handler = std::sync::Arc::default();
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, has_handler).map(|_| ())
}

/// Elsewhere it is one.
#[cfg(not(unix))]
pub(crate) fn survive_long_files() -> io::Result<()> {
    Ok(())
}

/// Calls `asked` at each SIGINT, SIGTERM and SIGHUP. A signal that is ignored from the start stays
/// so: whoever began the run in the background, or with `nohup`, wants that.
#[cfg(unix)]
pub(super) fn watch(asked: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    let is_watched = |signal: &i32| ignored >> (signal - 1) & 1 == 0;
    let watched = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(is_watched);
    let mut signals = signal_hook::iterator::Signals::new(watched)?;
    std::thread::Builder::new().spawn(move || signals.forever().for_each(|_| asked()))?;
    Ok(())
}

/// The signals that this process ignores: the lowest bit is signal 1. None where the system does
/// not say.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

/// Calls `asked` at each Ctrl-C.
#[cfg(not(unix))]
pub(super) fn watch(asked: impl Fn() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(asked).map_err(io::Error::other)
}
