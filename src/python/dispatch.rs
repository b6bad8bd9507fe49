//! Threads that hand received messages to callbacks.
//!
//! Zenoh's receive threads never attach to the interpreter: they put messages into the subscriber's inbox. One thread a
//! callback takes them out. It attaches once and is released only while it waits, which is what makes a callback cheap.

use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use super::subscriber::Reader;

/// How long the end of the process waits for a callback that is still running.
const PATIENCE: Duration = Duration::from_secs(1);

/// Each disconnects when its thread has ended.
static RUNNING: Mutex<Vec<Receiver<()>>> = Mutex::new(Vec::new());

/// Starts the thread that calls `callback` with each message until the subscriber is closed.
pub(crate) fn start(py: Python<'_>, reader: Arc<Reader>, callback: Py<PyAny>) -> PyResult<()> {
    let (running, ended) = channel();
    let name = format!("callback of {}", reader.subscriber.entity().topic());
    py.detach(|| {
        thread::Builder::new().name(name).spawn(move || {
            Python::attach(|py| run(py, &reader, &callback));
            drop(running);
        })
    })?;
    let mut all = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|ended| ended.try_recv() != Err(TryRecvError::Disconnected));
    all.push(ended);
    Ok(())
}

fn run(py: Python<'_>, reader: &Reader, callback: &Py<PyAny>) {
    while let Ok(received) = py.detach(|| reader.subscriber.recv(None)) {
        let Some(received) = received else { continue };
        let called = reader.message(py, &received).and_then(|message| callback.call1(py, (message,)));
        if let Err(exception) = called {
            exception.write_unraisable(py, Some(callback.bind(py)));
        }
    }
}

/// Waits for all threads to end, which they do when their subscribers are closed. Must be called detached.
pub(crate) fn join_all() {
    let all = std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner));
    for ended in all {
        // An answer is the disconnection; a callback that never returns is left behind.
        _ = ended.recv_timeout(PATIENCE);
    }
}
