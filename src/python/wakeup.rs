//! [`Wakeup`]: wakes an event loop through a file descriptor, without a thread and without the interpreter.

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::net::Waker;

/// Has a file descriptor become readable when something comes, once each time it is armed. An event loop watches it.
#[pyclass(frozen, name = "_Wakeup", module = "ros_z_py")]
pub(crate) struct Wakeup {
    readable: UnixStream,
    waker: Arc<Waker>,
}

impl Wakeup {
    /// One for what `watch` connects it with.
    pub(crate) fn new(watch: impl FnOnce(&Arc<Waker>)) -> PyResult<Self> {
        let (readable, writable) = UnixStream::pair()?;
        readable.set_nonblocking(true)?;
        writable.set_nonblocking(true)?;
        // A byte that does not fit is not needed: others are there.
        let waker = Waker::new(move || _ = (&writable).write(&[1]));
        watch(&waker);
        Ok(Self { readable, waker })
    }
}

#[pymethods]
impl Wakeup {
    /// What to watch.
    fn fileno(&self) -> i32 {
        self.readable.as_raw_fd()
    }

    /// Asks to be woken. What came before does not count: look for it once more behind this.
    fn arm(&self) {
        self.waker.arm();
    }

    /// Makes it unreadable again.
    fn clear(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.readable).read(&mut bytes), Ok(count) if count > 0) {}
    }
}
