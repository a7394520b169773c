//! The bar on the terminal, for a thread that has a last word to write there.

use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, WeakProgressBar};

/// The bar that was made last: [`take_away`] ends it from another thread.
static LAST: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// Makes `bar` the one that [`take_away`] ends.
pub(super) fn remember(bar: &ProgressBar) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.downgrade());
}

/// Takes the bar away for good, from any thread: the next line has the terminal to itself.
pub(super) fn take_away() {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(bar) = last.and_then(|bar| bar.upgrade()) {
        bar.finish_and_clear();
    }
}
