//! What happens to sessions in a process that was forked: nothing works, nothing hangs, and errors say why.
//!
//! A fork copies memory but not the threads of Zenoh, and locks as they were at that moment. A child therefore touches
//! nothing of what it inherits, not even to close it. Python tells of forks; a Rust program that forks must do what any
//! program with threads must.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, ErrorKind, Result};

/// Whether this process has had a session. One without may fork: its child starts Zenoh anew.
static HAS_SESSIONS: AtomicBool = AtomicBool::new(false);
static IS_CHILD: AtomicBool = AtomicBool::new(false);

/// To be called in the child.
#[cfg_attr(not(feature = "python"), allow(dead_code))] // only Python can tell
pub(crate) fn happened() {
    IS_CHILD.store(HAS_SESSIONS.load(Ordering::Relaxed), Ordering::Relaxed);
}

/// A session is about to be opened.
pub(super) fn before_session() -> Result<()> {
    check()?;
    HAS_SESSIONS.store(true, Ordering::Relaxed);
    Ok(())
}

/// Whether this process is the child of one with sessions.
pub(crate) fn is_child() -> bool {
    IS_CHILD.load(Ordering::Relaxed)
}

/// Errors in the child of a process with sessions.
pub(super) fn check() -> Result<()> {
    if !is_child() {
        return Ok(());
    }
    let message = "this process was forked from one that had a context open, and Zenoh does not survive that; start it anew \
                   (multiprocessing: the start method \"spawn\"), or open contexts after the fork only";
    Err(Error::new(ErrorKind::Closed, message))
}
