//! Threads that hand what was received to callbacks.
//!
//! Zenoh's receive threads never attach to the interpreter: they put what comes into an inbox. One thread a callback
//! takes it out. It attaches once and is released only while it waits, which is what makes a callback cheap.

use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::Result;

/// How long the end of the process waits for a callback that is still running.
const PATIENCE: Duration = Duration::from_secs(1);

/// Each disconnects when its thread has ended.
static RUNNING: Mutex<Vec<Receiver<()>>> = Mutex::new(Vec::new());

/// Starts a thread that is attached to the interpreter. It must end by itself when what it serves is closed.
pub(crate) fn start(
    py: Python<'_>,
    name: String,
    run: impl FnOnce(Python<'_>) + Send + 'static,
) -> PyResult<()> {
    let (running, ended) = channel();
    py.detach(|| {
        thread::Builder::new().name(name).spawn(move || {
            Python::attach(run);
            drop(running);
        })
    })?;
    let mut all = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|ended| ended.try_recv() != Err(TryRecvError::Disconnected));
    all.push(ended);
    Ok(())
}

/// After how many items in a row others get the interpreter: a callback that runs no code of Python never lets go of it.
const BATCH: usize = 64;

/// Hands items to `each` until there will be none any more. The interpreter is released while there is none yet, and
/// between batches.
pub(crate) fn drain<T: Send>(
    py: Python<'_>,
    (try_take, take): (impl Fn() -> Result<Option<T>>, impl Fn() -> Result<Option<T>> + Sync),
    mut each: impl FnMut(T),
) {
    loop {
        for _ in 0..BATCH {
            match try_take() {
                Ok(Some(item)) => each(item),
                Ok(None) => break,
                Err(_) => return,
            }
        }
        match py.detach(&take) {
            Ok(Some(item)) => each(item),
            Ok(None) => {}
            Err(_) => return,
        }
    }
}

/// Waits for all threads to end, which they do when what they serve is closed. Must be called detached.
pub(crate) fn join_all() {
    let all = std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner));
    for ended in all {
        // An answer is the disconnection; a callback that never returns is left behind.
        _ = ended.recv_timeout(PATIENCE);
    }
}
