//! The terminal's side of a run: results, messages, progress, signals, exit codes.
//!
//! | file | owns |
//! |---|---|
//! | `exit` | the exit codes; the only file that knows their numbers |
//! | `failure` | errors with their advice, and the exit code of each |
//! | `message` | lines on stderr |
//! | `output` | results on stdout or in files |
//! | `progress` | progress bars |
//! | `last_bar` | the bar that a last word takes away |
//! | `screen` | the terminal that a progress bar draws on |
//! | `interrupt` | Ctrl-C and the other signals that end a run |
//! | `signals` | which signals ask a run to end |
//! | `table_style` | the width of the terminal, and what its locale can show |
//! | `cores` | no core file of a process that holds numbers |

pub(crate) mod cores;
pub(crate) mod exit;
pub(crate) mod failure;
pub(crate) mod interrupt;
mod last_bar;
pub(crate) mod message;
pub(crate) mod output;
pub(crate) mod progress;
mod screen;
pub(crate) mod signals;
pub(crate) mod table_style;
