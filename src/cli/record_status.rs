//! [`Status`]: what `record` has done so far, and what it says of it.
//!
//! On a terminal one line on standard error changes while it records. `--json` has a line on standard output for each
//! topic and one at the end.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::bag::{BagTopic, Finished};
use super::output::{Outcome, Output, Stop, note};
use super::recording_text::{bytes_text, count_text, duration_text};

/// To the beginning of the line, and nothing behind it.
const CLEAR: &str = "\r\x1b[K";

/// Counters of a recording, for all of its threads.
pub(super) struct Status {
    quiet: bool,
    json: bool,
    is_terminal: bool,
    started: Instant,
    messages: AtomicU64,
    bytes: AtomicU64,
    dropped: AtomicU64,
    /// When the last message was written, in nanoseconds after the start.
    last_message: AtomicU64,
    topics: Mutex<BTreeSet<String>>,
    ended: AtomicBool,
    /// When recording ended, in nanoseconds since 1970; `i64::MAX` until then.
    end_time: AtomicI64,
    /// Whether a line of progress stands on the terminal.
    shown: Mutex<bool>,
}

impl Status {
    pub(super) fn new(quiet: bool, json: bool, is_terminal: bool) -> Self {
        Self {
            quiet,
            json,
            is_terminal: is_terminal && !quiet,
            started: Instant::now(),
            messages: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            last_message: AtomicU64::new(0),
            topics: Mutex::default(),
            ended: AtomicBool::new(false),
            end_time: AtomicI64::new(i64::MAX),
            shown: Mutex::new(false),
        }
    }

    /// No message that comes from now on is recorded.
    pub(super) fn end(&self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_nanos()).unwrap_or(i64::MAX);
        self.end_time.fetch_min(now, Ordering::SeqCst);
        self.ended.store(true, Ordering::SeqCst);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Whether a message came, in nanoseconds since 1970, when recording had ended.
    pub(super) fn is_after_end(&self, received: i64) -> bool {
        received > self.end_time.load(Ordering::SeqCst)
    }

    /// How long it has been recording.
    pub(super) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long ago the last message was written, or recording began.
    pub(super) fn silence(&self) -> Duration {
        self.age().saturating_sub(Duration::from_nanos(self.last_message.load(Ordering::Relaxed)))
    }

    /// How long nothing needs to be looked at: until one of these times is up, or for ever, but on a terminal.
    pub(super) fn left(&self, duration: Option<Duration>, timeout: Option<Duration>) -> Option<Duration> {
        let duration = duration.map(|duration| duration.saturating_sub(self.age()));
        let timeout = timeout.map(|timeout| timeout.saturating_sub(self.silence()));
        let progress = self.is_terminal.then_some(Duration::MAX);
        duration.into_iter().chain(timeout).chain(progress).min()
    }

    pub(super) fn count_topic(&self, topic: &str) {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner).insert(topic.to_owned());
    }

    pub(super) fn count_dropped(&self, messages: u64) {
        self.dropped.fetch_add(messages, Ordering::Relaxed);
    }

    /// Counts a message; `bytes` are on disk now.
    pub(super) fn count_message(&self, bytes: u64) {
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
        let age = u64::try_from(self.age().as_nanos()).unwrap_or(u64::MAX);
        self.last_message.store(age, Ordering::Relaxed);
    }

    /// The topics that were subscribed to.
    pub(super) fn topics(&self) -> BTreeSet<String> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that a topic is recorded. Recording goes on when nobody reads that.
    pub(super) fn tell_topic(&self, topic: &BagTopic) {
        if self.json {
            let line = json!({"topic": topic.topic, "type": topic.type_name, "type_hash": topic.type_hash});
            _ = Output::default().line(line.to_string().into_bytes());
        } else {
            self.note(&format!("recording {} ({})", topic.topic, topic.type_name));
        }
    }

    /// A remark, which `--quiet` keeps away.
    pub(super) fn note(&self, remark: &dyn Display) {
        if !self.quiet {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            let clear = if *shown { CLEAR } else { "" };
            *shown = false;
            note(&format_args!("{clear}{remark}"));
        }
    }

    /// Something that keeps a part from being recorded.
    pub(super) fn warn(&self, error: &dyn Display) {
        self.note(&format_args!("warning: {error}"));
    }

    /// The line on a terminal.
    pub(super) fn show_progress(&self) {
        if !self.is_terminal {
            return;
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = true;
        let line = self.numbers(self.messages.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed));
        _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{CLEAR}{line}"));
    }

    fn numbers(&self, messages: u64, bytes: u64) -> String {
        let topics = self.topics().len() as u64;
        let mut line = format!(
            "{} of {}, {}, {}",
            count_text(messages, "message"),
            count_text(topics, "topic"),
            bytes_text(bytes),
            duration_text(self.age())
        );
        let dropped = self.dropped.load(Ordering::Relaxed);
        if dropped > 0 {
            line.push_str(&format!(", {dropped} dropped"));
        }
        line
    }

    /// Says what was recorded.
    pub(super) fn tell_end(&self, path: &Path, finished: &Finished) -> Outcome {
        let dropped = self.dropped.load(Ordering::Relaxed);
        if dropped > 0 {
            let dropped = count_text(dropped, "message");
            self.warn(&format_args!("dropped {dropped}: they came faster than they could be written"));
        }
        if !self.json {
            let numbers = self.numbers(finished.extent.messages, finished.bytes);
            self.note(&format_args!("recorded {numbers}: {}", path.display()));
            return Ok(());
        }
        let files: Vec<&str> = finished.files.iter().map(|file| file.name.as_str()).collect();
        let topics = finished.topics.iter().zip(&finished.extent.by_topic);
        let topics: serde_json::Map<_, _> =
            topics.fold(serde_json::Map::new(), |mut topics, (topic, count)| {
                let before = topics.get(&topic.topic).and_then(serde_json::Value::as_u64).unwrap_or(0);
                topics.insert(topic.topic.clone(), (before + count).into());
                topics
            });
        let line = json!({
            "path": path.display().to_string(),
            "files": files,
            "messages": finished.extent.messages,
            "dropped": dropped,
            "size": finished.bytes,
            "topics": topics,
        });
        match Output::default().line(line.to_string().into_bytes()) {
            Err(Stop::BrokenPipe) => Ok(()),
            outcome => outcome,
        }
    }
}
