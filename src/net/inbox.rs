//! [`Inbox`]: what has arrived and was not taken yet.
//!
//! Zenoh's receive threads put in and never wait; readers take out and may. A full inbox drops its oldest item
//! and counts it. It closes when its [`InboxSender`] goes, which zenoh drops with the callback that owns it: when
//! the endpoint is undeclared, and when the session is closed.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

use super::fork;
use super::wait::Watched;

/// The reading end.
#[derive(Debug)]
pub(super) struct Inbox<T>(Arc<Watched<State<T>>>);

/// The writing end; closes the inbox when it is dropped.
#[derive(Debug)]
pub(super) struct InboxSender<T>(Arc<Watched<State<T>>>);

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    /// `None` keeps everything.
    capacity: Option<usize>,
    dropped: u64,
    closed: bool,
    wakers: Vec<Weak<Waker>>,
}

/// Wakes a reader that does not wait in a thread. It is called once each time it was armed: when something comes, and
/// when the inbox closes.
pub struct Waker {
    armed: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Waker {
    /// `wake` runs on a thread of the transport, under a lock: it may neither wait nor use what it is told of.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { armed: AtomicBool::new(false), wake: Box::new(wake) })
    }

    /// Asks to be woken. What came before does not count: look for it once more behind this.
    pub fn arm(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    fn wake(&self) {
        if self.armed.swap(false, Ordering::SeqCst) {
            (self.wake)();
        }
    }
}

impl std::fmt::Debug for Waker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waker").field("armed", &self.armed).finish_non_exhaustive()
    }
}

impl<T> Inbox<T> {
    /// An empty inbox for the last `capacity` items, or for all of them.
    pub(super) fn new(capacity: Option<usize>) -> (Self, InboxSender<T>) {
        let state = State { items: VecDeque::new(), capacity, dropped: 0, closed: false, wakers: Vec::new() };
        let shared = Arc::new(Watched::new(state));
        (Self(Arc::clone(&shared)), InboxSender(shared))
    }

    /// The oldest item; `None` when the time is up. Errors when the inbox is closed, also while waiting.
    pub(super) fn take(&self, timeout: Option<Duration>) -> Result<Option<T>> {
        self.0.wait(timeout, State::next).transpose()
    }

    /// The oldest item, if there is one.
    pub(super) fn try_take(&self) -> Result<Option<T>> {
        self.0.with(State::next).transpose()
    }

    /// How many items were dropped because nobody took them in time.
    pub(super) fn dropped(&self) -> u64 {
        self.0.with(|state| state.dropped)
    }

    /// Has `waker` woken as long as it is there and armed.
    pub(super) fn watch(&self, waker: &Arc<Waker>) {
        self.0.with(|state| {
            state.wakers.retain(|waker| waker.strong_count() > 0);
            state.wakers.push(Arc::downgrade(waker));
        });
    }

    /// Whether nothing comes any more.
    pub(super) fn is_closed(&self) -> bool {
        self.0.with(|state| state.closed)
    }

    /// Empties the inbox and wakes everyone who waits on it.
    pub(super) fn close(&self) {
        close(&self.0);
    }
}

impl<T> InboxSender<T> {
    /// Returns what was not kept: the oldest item of a full inbox, or this one when the inbox is closed.
    pub(super) fn put(&self, item: T) -> Option<T> {
        self.0.change(|state| {
            if state.closed {
                return Some(item);
            }
            let is_full = state.capacity.is_some_and(|capacity| state.items.len() >= capacity);
            let oldest = if is_full { state.items.pop_front() } else { None };
            state.dropped += u64::from(oldest.is_some());
            state.items.push_back(item);
            state.wake();
            oldest
        })
    }
}

impl<T> Drop for InboxSender<T> {
    fn drop(&mut self) {
        close(&self.0);
    }
}

fn close<T>(shared: &Watched<State<T>>) {
    if fork::is_child() {
        return;
    }
    let left = shared.change(|state| {
        state.closed = true;
        state.wake();
        std::mem::take(&mut state.items)
    });
    drop(left);
}

impl<T> State<T> {
    fn wake(&self) {
        self.wakers.iter().filter_map(Weak::upgrade).for_each(|waker| waker.wake());
    }

    fn next(&mut self) -> Option<Result<T>> {
        if self.closed {
            return Some(Err(Error::new(ErrorKind::Closed, "it was closed")));
        }
        self.items.pop_front().map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn keeps_the_last_ones_and_counts_the_others() {
        let (inbox, sender) = Inbox::new(Some(2));
        let not_kept: Vec<Option<i32>> = (1..=5).map(|item| sender.put(item)).collect();
        assert_eq!(not_kept, [None, None, Some(1), Some(2), Some(3)]);
        assert_eq!(inbox.dropped(), 3);
        assert_eq!([inbox.try_take().unwrap(), inbox.take(None).unwrap()], [Some(4), Some(5)]);
        assert_eq!(inbox.try_take().unwrap(), None);
        assert_eq!(inbox.take(Some(Duration::from_millis(1))).unwrap(), None);
    }

    #[test]
    fn keeps_everything_without_a_capacity() {
        let (inbox, sender) = Inbox::new(None);
        assert!((0..10_000).all(|item| sender.put(item).is_none()));
        assert!((0..10_000).all(|item| inbox.try_take().unwrap() == Some(item)));
        assert_eq!(inbox.dropped(), 0);
    }

    #[test]
    fn an_armed_waker_is_woken_once_and_by_the_end_too() {
        let (woken, wakes) = std::sync::mpsc::channel();
        let waker = Waker::new(move || woken.send(()).unwrap());
        let (inbox, sender) = Inbox::new(Some(1));
        inbox.watch(&waker);
        sender.put(1);
        assert!(wakes.try_recv().is_err(), "it was not armed");
        waker.arm();
        sender.put(2);
        sender.put(3);
        assert_eq!(wakes.try_iter().count(), 1);
        waker.arm();
        inbox.close();
        assert_eq!(wakes.try_iter().count(), 1);
        assert!(inbox.is_closed());
    }

    #[test]
    fn closing_either_end_wakes_whoever_waits() {
        let (inbox, sender) = Inbox::<()>::new(Some(1));
        thread::scope(|scope| {
            let waiting = scope.spawn(|| inbox.take(None));
            drop(sender);
            assert_eq!(waiting.join().unwrap().unwrap_err().kind(), ErrorKind::Closed);
        });
        let (inbox, sender) = Inbox::new(Some(1));
        assert_eq!(sender.put(()), None);
        inbox.close();
        assert_eq!(sender.put(()), Some(()));
        assert_eq!(inbox.try_take().unwrap_err().kind(), ErrorKind::Closed);
    }
}
