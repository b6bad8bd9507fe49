//! [`Futures`]: a thread that gives answers of the transport to the futures and callbacks of users.
//!
//! Answers come on zenoh's receive threads, which never attach to the interpreter. The thread is started when it is first
//! needed, and ends when what it serves is closed.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use crate::error::{Error, ErrorKind, Result};
use crate::net::{GivesUp, Inquiry};

use super::dispatch;
use super::errors::{OrRaise, raise};

/// What makes a Python object of an answer.
type Make = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// What the thread is told. Futures are named by numbers, which exist before anything is sent.
enum Event {
    Begun { number: u64, waiting: Waiting },
    Sent { number: u64, gives_up: Arc<GivesUp> },
    Ended { number: u64, make: Make },
    Run(Box<dyn FnOnce(Python<'_>) + Send>),
    Closed,
}

/// A future that waits for its result.
struct Waiting {
    future: Py<PyAny>,
    deadline: Option<Instant>,
    gives_up: Option<Arc<GivesUp>>,
}

/// The futures and callbacks of one client.
#[derive(Default)]
pub(crate) struct Futures {
    numbers: AtomicU64,
    /// To the thread, once there is one.
    events: Mutex<Option<Sender<Event>>>,
}

/// Has things run on the thread.
#[derive(Clone)]
pub(crate) struct Runner(Sender<Event>);

impl Runner {
    /// Does nothing after the thread has ended.
    pub(crate) fn run(&self, what: impl FnOnce(Python<'_>) + Send + 'static) {
        _ = self.0.send(Event::Run(Box::new(what)));
    }
}

impl Futures {
    /// What has things run on the thread. `when_closed` takes what must be called when the client is closed.
    pub(crate) fn runner(
        &self,
        py: Python<'_>,
        name: &str,
        when_closed: impl FnOnce(Box<dyn FnOnce() + Send>),
    ) -> PyResult<Runner> {
        // Held while the thread starts, which lets others have the interpreter: they must not keep it while they wait.
        let mut events = self.events.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*events {
            return Ok(Runner(sender.clone()));
        }
        let (sender, receiver) = channel();
        let receiver = Mutex::new(receiver);
        let closed = sender.clone();
        when_closed(Box::new(move || _ = closed.send(Event::Closed)));
        let mut thread = Thread::default();
        dispatch::start(py, format!("answers of {name}"), move |py| thread.serve(py, &receiver))?;
        *events = Some(sender.clone());
        Ok(Runner(sender))
    }

    /// A future of what `make` makes of the answer.
    pub(crate) fn ask<'py, T: Send + 'static>(
        &self,
        py: Python<'py>,
        Runner(events): &Runner,
        (inquiry, timeout): (Inquiry<T>, Option<Duration>),
        make: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> PyResult<Bound<'py, PyAny>> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let future = py.import(intern!(py, "ros_z_py._calls"))?.call_method0(intern!(py, "ServiceCall"))?;
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting { future: future.clone().unbind(), deadline, gives_up: None };
        let closed = |_| raise(&Error::new(ErrorKind::Closed, "the action client was closed"));
        events.send(Event::Begun { number, waiting }).map_err(closed)?;
        let ended = events.clone();
        let done = move |answer: Result<T>| {
            let make: Make = Box::new(move |py| make(py, answer.or_raise()?));
            _ = ended.send(Event::Ended { number, make });
        };
        let gives_up = Arc::new(py.detach(|| inquiry.send(timeout, done)).or_raise()?);
        let cancelled = cancellation(py, Arc::clone(&gives_up))?;
        events.send(Event::Sent { number, gives_up }).map_err(closed)?;
        future.call_method1(intern!(py, "when_cancelled"), (cancelled,))?;
        Ok(future)
    }
}

#[derive(Default)]
struct Thread {
    waiting: HashMap<u64, Waiting>,
    deadlines: BTreeSet<(Instant, u64)>,
}

impl Thread {
    fn serve(&mut self, py: Python<'_>, events: &Mutex<Receiver<Event>>) {
        loop {
            let next = self.deadlines.first().map(|(deadline, _)| *deadline);
            let event = py.detach(|| {
                let events = events.lock().unwrap_or_else(PoisonError::into_inner);
                match next {
                    None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                    Some(next) => events.recv_timeout(next.saturating_duration_since(Instant::now())),
                }
            });
            match event {
                Ok(Event::Begun { number, waiting }) => {
                    self.deadlines.extend(waiting.deadline.map(|deadline| (deadline, number)));
                    self.waiting.insert(number, waiting);
                }
                Ok(Event::Sent { number, gives_up }) => {
                    if let Some(waiting) = self.waiting.get_mut(&number) {
                        waiting.gives_up = Some(gives_up);
                    }
                }
                Ok(Event::Ended { number, make }) => self.end(py, number, make),
                Ok(Event::Run(what)) => what(py),
                Err(RecvTimeoutError::Timeout) => self.end_late_ones(py),
                Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn end_late_ones(&mut self, py: Python<'_>) {
        let now = Instant::now();
        while let Some(&(deadline, number)) = self.deadlines.first()
            && deadline <= now
        {
            self.deadlines.remove(&(deadline, number));
            let gives_up = self.waiting.get(&number).and_then(|waiting| waiting.gives_up.clone());
            let error = py.detach(|| {
                gives_up.map(|gives_up| {
                    gives_up.give_up();
                    gives_up.timed_out()
                })
            });
            let error = error.unwrap_or_else(|| Error::new(ErrorKind::Timeout, "the time was up"));
            self.end(py, number, Box::new(move |_| Err(raise(&error))));
        }
    }

    fn end(&mut self, py: Python<'_>, number: u64, make: Make) {
        let Some(waiting) = self.waiting.remove(&number) else { return };
        if let Some(deadline) = waiting.deadline {
            self.deadlines.remove(&(deadline, number));
        }
        let ended = match make(py) {
            Ok(answer) => waiting.future.call_method1(py, intern!(py, "end"), (answer, py.None())),
            Err(error) => waiting.future.call_method1(py, intern!(py, "end"), (py.None(), error)),
        };
        if let Err(exception) = ended {
            dispatch::report(py, exception, Some(waiting.future.bind(py)));
        }
    }
}

/// What gives up an inquiry when its future is cancelled.
fn cancellation(py: Python<'_>, gives_up: Arc<GivesUp>) -> PyResult<Bound<'_, PyCFunction>> {
    PyCFunction::new_closure(
        py,
        None,
        None,
        move |arguments: &Bound<'_, PyTuple>, _keywords: Option<&Bound<'_, PyDict>>| {
            arguments.py().detach(|| gives_up.give_up());
        },
    )
}
