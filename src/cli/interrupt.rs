//! [`Interrupt`]: Ctrl-C, or a request to end, as an event to wait for, so that tokens are taken back and files
//! finished before the program ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::{Error, ErrorKind, Result};

use super::output::{Outcome, Stop};

/// SIGINT (Ctrl-C) and SIGTERM, from the moment of [`Interrupt::new`] on. The first lets the verb end; the second ends
/// the process on the spot.
pub(crate) struct Interrupt {
    /// The first of them; 0 before.
    signal: Arc<AtomicI32>,
    signals: Receiver<()>,
}

impl Interrupt {
    /// Takes the signals over; `wake` is called, on a thread of its own, to wake whoever waits for something else.
    pub(crate) fn new(wake: impl Fn() + Send + 'static) -> Result<Self> {
        let mut caught = Signals::new([SIGINT, SIGTERM])
            .map_err(|error| Error::new(ErrorKind::Io, format!("Ctrl-C cannot be caught: {error}")))?;
        let first = Arc::new(AtomicI32::new(0));
        let (sender, signals) = channel();
        let seen = Arc::clone(&first);
        thread::spawn(move || {
            for signal in caught.forever() {
                if seen.swap(signal, Ordering::SeqCst) != 0 {
                    std::process::exit(Stop::exit_code_of(signal).into());
                }
                // Nobody listens any more when the verb is about to end.
                _ = sender.send(());
                wake();
            }
        });
        Ok(Self { signal: first, signals })
    }

    /// Waits for this long, or for ever; ends early with a signal.
    pub(crate) fn wait(&self, time: Option<Duration>) -> Outcome {
        match time {
            None => _ = self.signals.recv(),
            Some(time) if self.signals.recv_timeout(time) == Err(RecvTimeoutError::Timeout) => return Ok(()),
            Some(_) => {}
        }
        self.check()
    }

    /// How a verb ended, where a signal closed what it waited on.
    pub(crate) fn outcome(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Err(Stop::Failed(_)) => self.check().and(outcome),
            _ => outcome,
        }
    }

    /// Ends the verb if a signal came.
    pub(crate) fn check(&self) -> Outcome {
        match self.signal.load(Ordering::SeqCst) {
            0 => Ok(()),
            signal => Err(Stop::Interrupted(signal)),
        }
    }
}
