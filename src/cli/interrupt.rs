//! [`Interrupt`]: Ctrl-C as an event to wait for, so that tokens are taken back before the program ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

use super::output::{Outcome, Stop};

/// Ctrl-C, from the moment of [`Interrupt::new`] on. Pressed once, it lets the verb end; pressed again, it ends the
/// process on the spot.
pub(crate) struct Interrupt {
    pressed: Arc<AtomicBool>,
    presses: Receiver<()>,
}

impl Interrupt {
    /// Takes Ctrl-C over; `wake` is called, on a thread of its own, to wake whoever waits for something else.
    pub(crate) fn new(wake: impl Fn() + Send + 'static) -> Result<Self> {
        let pressed = Arc::new(AtomicBool::new(false));
        let (press, presses) = channel();
        let seen = Arc::clone(&pressed);
        let taken = ctrlc::set_handler(move || {
            if seen.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
            // Nobody listens any more when the verb is about to end.
            _ = press.send(());
            wake();
        });
        taken.map_err(|error| Error::new(ErrorKind::Io, format!("Ctrl-C cannot be caught: {error}")))?;
        Ok(Self { pressed, presses })
    }

    /// Waits for this long, or for ever; ends early with Ctrl-C.
    pub(crate) fn wait(&self, time: Option<Duration>) -> Outcome {
        let pressed = match time {
            None => self.presses.recv().is_ok(),
            Some(time) => self.presses.recv_timeout(time) != Err(RecvTimeoutError::Timeout),
        };
        if pressed { Err(Stop::Interrupted) } else { Ok(()) }
    }

    /// How a verb ended, where Ctrl-C closed what it waited on.
    pub(crate) fn outcome(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Err(Stop::Failed(_)) => self.check().and(outcome),
            _ => outcome,
        }
    }

    /// Ends the verb if Ctrl-C was pressed.
    pub(crate) fn check(&self) -> Outcome {
        if self.pressed.load(Ordering::SeqCst) { Err(Stop::Interrupted) } else { Ok(()) }
    }
}
