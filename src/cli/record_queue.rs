//! [`Queue`]: what was received and is not written yet, at most so many bytes. Used by `record`.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::net::ZBytes;

use super::bag::{BagStamp, BagTopic};

/// What the writer is given, in its order.
pub(super) enum Item {
    /// A topic with the number that its messages have from now on.
    Topic(usize, Box<BagTopic>),
    /// A message of the topic with this number.
    Message(usize, BagStamp, ZBytes),
}

/// From the threads that receive to the one that writes.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    capacity: usize,
}

#[derive(Default)]
struct State {
    items: VecDeque<Item>,
    bytes: usize,
    closed: bool,
}

impl Queue {
    /// A queue for payloads of this many bytes together.
    pub(super) fn new(capacity: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), capacity }
    }

    /// How many bytes it has room for.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Puts an item at the end. A message that there is no room for is refused; one is always taken.
    pub(super) fn put(&self, item: Item) -> bool {
        let mut state = self.lock();
        let size = item.size();
        if size > 0 && state.bytes > 0 && state.bytes.saturating_add(size) > self.capacity {
            return false;
        }
        state.bytes += size;
        state.items.push_back(item);
        drop(state);
        self.changed.notify_one();
        true
    }

    /// The next item; `None` when it was closed and all were taken.
    pub(super) fn take(&self) -> Option<Item> {
        let mut state = self.lock();
        loop {
            if let Some(item) = state.items.pop_front() {
                state.bytes -= item.size();
                return Some(item);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nothing more will come.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Item {
    fn size(&self) -> usize {
        match self {
            Self::Topic(..) => 0,
            Self::Message(_, _, payload) => payload.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(size: usize) -> Item {
        let stamp = BagStamp { sequence: 1, log_time: 2, publish_time: 3 };
        Item::Message(0, stamp, ZBytes::from(vec![0_u8; size]))
    }

    #[test]
    fn it_is_bounded_by_bytes_and_ends_when_it_is_empty() {
        let queue = Queue::new(10);
        assert_eq!([4, 6, 1].map(|size| queue.put(message(size))), [true, true, false]);
        assert!(queue.take().is_some() && queue.put(message(4)) && !queue.put(message(1)));
        queue.close();
        assert_eq!(std::iter::from_fn(|| queue.take()).count(), 2);
        // However large, one is taken.
        assert!(queue.put(message(11)) && !queue.put(message(1)));
    }
}
