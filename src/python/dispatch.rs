//! Threads that hand what was received to callbacks.
//!
//! Zenoh's receive threads never attach to the interpreter: they put what comes into an inbox. One thread a callback
//! takes it out. It attaches once and is released only while it waits, which is what makes a callback cheap.

use std::ffi::c_long;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::exceptions::PySystemExit;
use pyo3::intern;
use pyo3::prelude::*;

use crate::error::Result;

use super::ffi::{is_attached, raise_in};

/// How long the end of the process waits for callbacks that are still running.
const PATIENCE: Duration = Duration::from_secs(1);
/// And then for those that were told to end.
const LAST_PATIENCE: Duration = Duration::from_millis(200);

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());
/// Whether callbacks were told to end.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

struct Running {
    /// As `PyThreadState_SetAsyncExc` takes it, from when it is attached.
    thread: Arc<OnceLock<c_long>>,
    /// Disconnects when the thread has ended.
    ended: Receiver<()>,
}

impl Running {
    fn is_left(&self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        self.ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout)
    }
}

/// Starts a thread that is attached to the interpreter. It must end by itself when what it serves is closed.
pub(crate) fn start(
    py: Python<'_>,
    name: String,
    run: impl FnOnce(Python<'_>) + Send + 'static,
) -> PyResult<()> {
    let (running, ended) = channel();
    let thread = Arc::new(OnceLock::new());
    let ident = Arc::clone(&thread);
    py.detach(|| {
        thread::Builder::new().name(name).spawn(move || {
            Python::attach(|py| {
                let _left = ParkedWhenUnwound;
                _ = this_thread(py).map(|this| ident.set(this));
                run(py);
            });
            drop(running);
        })
    })?;
    let mut all = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|running| running.ended.try_recv() != Err(TryRecvError::Disconnected));
    all.push(Running { thread, ended });
    Ok(())
}

fn this_thread(py: Python<'_>) -> PyResult<c_long> {
    let ident: u64 = py.import(intern!(py, "_thread"))?.call_method0(intern!(py, "get_ident"))?.extract()?;
    // PyO3 declares the argument as it was before Python 3.7, when it was signed.
    Ok(ident.cast_signed() as c_long)
}

/// An interpreter that ends unwinds every other thread that wants it back, from within. What stands further up would use
/// the interpreter in being dropped, which is fatal: the thread stops here instead, until the process has ended.
struct ParkedWhenUnwound;

impl Drop for ParkedWhenUnwound {
    fn drop(&mut self) {
        while IS_ENDING.load(Ordering::Relaxed) && !is_attached() {
            thread::park();
        }
    }
}

/// Reports what a callback raised, to `sys.unraisablehook`.
pub(crate) fn report(py: Python<'_>, exception: PyErr, callback: Option<&Bound<'_, PyAny>>) {
    let was_told = IS_ENDING.load(Ordering::Relaxed) && exception.is_instance_of::<PySystemExit>(py);
    if !was_told {
        exception.write_unraisable(py, callback);
    }
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

/// Waits for all threads to end, which they do when what they serve is closed. A callback that goes on is told to end by
/// a `SystemExit`, and left behind where it does not hear that either. Must be called detached.
pub(crate) fn join_all() {
    let mut all = std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner));
    let deadline = Instant::now() + PATIENCE;
    all.retain(|running| running.is_left(deadline));
    if all.is_empty() {
        return;
    }
    IS_ENDING.store(true, Ordering::Relaxed);
    Python::attach(|py| {
        let threads = all.iter().filter_map(|running| running.thread.get());
        threads.for_each(|thread| raise_in(*thread, &py.get_type::<PySystemExit>()));
    });
    let deadline = Instant::now() + LAST_PATIENCE;
    all.retain(|running| running.is_left(deadline));
}
