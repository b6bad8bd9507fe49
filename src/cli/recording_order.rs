//! [`InOrder`]: the messages of a recording in the order of their time. Used by `play`.
//!
//! Recorders write messages about in that order, and chunks follow one another; so much is read ahead as makes up for
//! it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::Result;

use super::recording::{RecordedMessage, Recording};

/// How much later than the next message those are that were read ahead, in nanoseconds.
const AHEAD: u64 = 2_000_000_000;
/// How many bytes are read ahead at most.
const MAX_BYTES: usize = 64 << 20;

/// A recording that is read ahead.
pub(super) struct InOrder {
    recording: Recording,
    ahead: BinaryHeap<Reverse<Waiting>>,
    bytes: usize,
    latest: u64,
    read: u64,
    ended: bool,
}

/// A message, and its number in the recording: those of one time keep their order.
struct Waiting {
    number: u64,
    message: RecordedMessage,
}

impl Waiting {
    fn key(&self) -> (u64, u64) {
        (self.message.log_time, self.number)
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl InOrder {
    pub(super) fn new(recording: Recording) -> Self {
        Self { recording, ahead: BinaryHeap::new(), bytes: 0, latest: 0, read: 0, ended: false }
    }

    /// The next message; `None` at the end. After an error the rest follows.
    pub(super) fn next(&mut self) -> Option<Result<RecordedMessage>> {
        while !self.ended && !self.is_enough() {
            match self.recording.next_message() {
                None => self.ended = true,
                Some(Err(error)) => return Some(Err(error)),
                Some(Ok(message)) => {
                    self.bytes += message.payload.len();
                    self.latest = self.latest.max(message.log_time);
                    self.read += 1;
                    self.ahead.push(Reverse(Waiting { number: self.read, message }));
                }
            }
        }
        let Reverse(next) = self.ahead.pop()?;
        self.bytes -= next.message.payload.len();
        Some(Ok(next.message))
    }

    fn is_enough(&self) -> bool {
        self.ahead.peek().is_some_and(|Reverse(next)| {
            self.bytes >= MAX_BYTES || self.latest.saturating_sub(next.message.log_time) >= AHEAD
        })
    }
}
