//! What a process that dies leaves of its memory: nothing, since the contacts and the key are in
//! it.

/// Has the system write no core file of this process, also where another program is handed the
/// cores.
#[cfg(target_os = "linux")]
pub(crate) fn forbid() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // A system that does not know this leaves cores to `ulimit -c`.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Has the system write no core file of this process.
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn forbid() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
}

/// Nothing is known of cores elsewhere.
#[cfg(not(unix))]
pub(crate) fn forbid() {}
