//! [`Receiver`]: from a subscriber into the queue of a recording. Used by `record`.

use std::sync::mpsc;
use std::time::Duration;

use crate::net::{Received, Subscriber};

use super::bag::{BagStamp, BagTopic};
use super::record_queue::{Item, Queue};
use super::record_status::Status;

/// How often it looks whether recording has ended, or the type is known, where no messages come.
const LOOK: Duration = Duration::from_millis(50);

/// The messages of one topic. Those that come before the type is known wait here, as the file needs it first.
pub(super) struct Receiver<'a> {
    queue: &'a Queue,
    status: &'a Status,
    number: usize,
    /// Where the topic comes from, until it came.
    told: Option<mpsc::Receiver<BagTopic>>,
    waiting: Vec<Item>,
    waiting_bytes: usize,
}

impl<'a> Receiver<'a> {
    /// A receiver for the topic with this number, which `told` will tell of.
    pub(super) fn new(
        queue: &'a Queue,
        status: &'a Status,
        number: usize,
        told: mpsc::Receiver<BagTopic>,
    ) -> Self {
        Self { queue, status, number, told: Some(told), waiting: Vec::new(), waiting_bytes: 0 }
    }

    /// Puts what comes into the queue; after the end of recording, what had come before.
    pub(super) fn run(mut self, subscriber: &Subscriber) {
        while let Ok(received) = subscriber.recv(Some(LOOK)) {
            if let Some(topic) = self.told.as_ref().and_then(|told| told.try_recv().ok()) {
                self.begin(topic);
            }
            match received {
                None if self.status.has_ended() => break,
                None => {}
                Some(received) if self.status.is_after_end(received.received_timestamp) => break,
                Some(received) => self.take(received),
            }
        }
        if let Some(topic) = self.told.take().and_then(|told| told.recv().ok()) {
            self.begin(topic);
        }
    }

    /// The type is known: what waited goes first.
    fn begin(&mut self, topic: BagTopic) {
        self.told = None;
        self.queue.put(Item::Topic(self.number, Box::new(topic)));
        for item in std::mem::take(&mut self.waiting) {
            self.put(item);
        }
    }

    fn take(&mut self, received: Received) {
        let stamp = BagStamp {
            // MCAP has 32 bits for it; what is above is left out, as in a counter that runs over.
            sequence: received.attachment.sequence_number as u32,
            log_time: u64::try_from(received.received_timestamp).unwrap_or_default(),
            publish_time: u64::try_from(received.attachment.source_timestamp).unwrap_or_default(),
        };
        let size = received.payload.as_slice().len();
        let item = Item::Message(self.number, stamp, received.payload.into());
        if self.told.is_none() {
            self.put(item);
        } else if self.waiting_bytes.saturating_add(size) <= self.queue.capacity() {
            self.waiting_bytes += size;
            self.waiting.push(item);
        } else {
            self.status.count_dropped(1);
        }
    }

    fn put(&self, item: Item) {
        if !self.queue.put(item) {
            self.status.count_dropped(1);
        }
    }
}
