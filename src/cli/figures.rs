//! [`Gauge`]: what `topic hz`, `bw` and `delay` make of messages; and [`Figures`]: what they print of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::codec::{Getter, Plan, Value as Part};
use crate::error::{Error, ErrorKind, Result};
use crate::net::Received;

/// Nanoseconds in a second.
const NANO: i64 = 1_000_000_000;
const BILLION: f64 = 1e9;

/// Takes messages, and makes figures of the last of them.
pub(crate) trait Gauge {
    fn take(&mut self, received: &Received) -> Result<()>;
    /// `None` before there were enough messages.
    fn figures(&self) -> Option<Figures>;
}

/// Numbers with their names, and in words.
pub(crate) struct Figures {
    topic: String,
    numbers: Map<String, Value>,
    text: String,
}

impl Figures {
    fn new(text: String, numbers: Value) -> Self {
        let numbers = match numbers {
            Value::Object(numbers) => numbers,
            _ => Map::new(),
        };
        Self { topic: String::new(), numbers, text }
    }

    /// Adds what is said of every topic: how many messages came since the last report, and what did not come.
    pub(crate) fn complete(&mut self, topic: &str, fresh: u64, lost: u64, dropped: u64) {
        topic.clone_into(&mut self.topic);
        for (name, number) in [("messages", fresh), ("lost", lost), ("dropped", dropped)] {
            self.numbers.insert(name.to_owned(), number.into());
        }
        if fresh == 0 {
            "no new messages".clone_into(&mut self.text);
        }
        for (number, what) in [
            (lost, "lost on the way, by the gaps in their sequence numbers"),
            (dropped, "dropped here: they came faster than they were counted"),
        ] {
            if number > 0 {
                self.text.push_str(&format!("\n\t{number} messages were {what}"));
            }
        }
    }

    /// One object.
    pub(crate) fn to_json(&self) -> Value {
        let mut object = json!({ "topic": self.topic });
        if let Some(object) = object.as_object_mut() {
            object.extend(self.numbers.clone());
        }
        object
    }

    /// Lines in the words of `ros2`, with the topic before them where there are several.
    pub(crate) fn to_text(&self, several: bool) -> String {
        if several { format!("{}\n{}", self.topic, self.text) } else { self.text.clone() }
    }
}

/// The last values, `capacity` at most.
struct Window<T> {
    values: VecDeque<T>,
    capacity: usize,
}

impl<T> Window<T> {
    fn new(capacity: usize) -> Self {
        Self { values: VecDeque::new(), capacity }
    }

    fn push(&mut self, value: T) {
        if self.values.len() >= self.capacity {
            self.values.pop_front();
        }
        self.values.push_back(value);
    }
}

/// What is said of many numbers.
#[derive(Debug, PartialEq)]
struct Summary {
    mean: f64,
    min: f64,
    max: f64,
    std_dev: f64,
}

impl Summary {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let count = values.clone().count();
        let mean = values.clone().sum::<f64>() / count as f64;
        let square = values.clone().map(|value| (value - mean).powi(2)).sum::<f64>() / count as f64;
        let (min, max) =
            (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max));
        (count > 0).then(|| Self { mean, min, max, std_dev: square.sqrt() })
    }
}

/// How often messages come, by the times of their arrival.
pub(crate) struct Rate(Window<i64>);

impl Rate {
    pub(crate) fn new(window: usize) -> Self {
        // Two arrivals make an interval.
        Self(Window::new(window.saturating_add(1)))
    }
}

impl Gauge for Rate {
    fn take(&mut self, received: &Received) -> Result<()> {
        self.0.push(received.received_timestamp);
        Ok(())
    }

    fn figures(&self) -> Option<Figures> {
        let times = &self.0.values;
        let intervals = times.iter().zip(times.iter().skip(1)).map(|(a, b)| (b - a) as f64 / BILLION);
        let Summary { mean, min, max, std_dev } = Summary::of(intervals)?;
        // Arrivals within one tick of the clock have no rate.
        let rate = Some(1.0 / mean).filter(|rate| rate.is_finite());
        let window = times.len() - 1;
        let shown = rate.map_or_else(|| "unknown".to_owned(), |rate| format!("{rate:.3}"));
        let text = format!(
            "average rate: {shown}\n\tmin: {min:.6}s max: {max:.6}s std dev: {std_dev:.6}s window: {window}"
        );
        let numbers = json!({ "rate": rate, "min": min, "max": max, "std_dev": std_dev, "window": window });
        Some(Figures::new(text, numbers))
    }
}

/// How many bytes of payload come.
pub(crate) struct Bandwidth(Window<(i64, usize)>);

impl Bandwidth {
    pub(crate) fn new(window: usize) -> Self {
        Self(Window::new(window))
    }
}

impl Gauge for Bandwidth {
    fn take(&mut self, received: &Received) -> Result<()> {
        self.0.push((received.received_timestamp, received.payload.as_slice().len()));
        Ok(())
    }

    /// Up to now: silence counts.
    fn figures(&self) -> Option<Figures> {
        let messages = &self.0.values;
        let first = messages.front()?.0;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let seconds = now - first as f64 / BILLION;
        let total: usize = messages.iter().map(|(_, size)| size).sum();
        let rate = Some(total as f64 / seconds).filter(|rate| rate.is_finite());
        let sizes = Summary::of(messages.iter().map(|(_, size)| *size as f64))?;
        let shown = rate.map_or_else(|| "unknown".to_owned(), |rate| format!("{}/s", bytes(rate)));
        let text = format!(
            "{shown} from {} messages\n\tMessage size mean: {} min: {} max: {}",
            messages.len(),
            bytes(sizes.mean),
            bytes(sizes.min),
            bytes(sizes.max)
        );
        let numbers = json!({
            "bytes_per_second": rate, "mean": sizes.mean, "min": sizes.min, "max": sizes.max, "window": messages.len(),
        });
        Some(Figures::new(text, numbers))
    }
}

fn bytes(number: f64) -> String {
    match number {
        _ if number < 1e3 => format!("{number:.0} B"),
        _ if number < 1e6 => format!("{:.2} KB", number / 1e3),
        _ if number < 1e9 => format!("{:.2} MB", number / 1e6),
        _ => format!("{:.2} GB", number / 1e9),
    }
}

/// How old messages are when they come, by the time in their header.
pub(crate) struct Lateness {
    delays: Window<f64>,
    sec: Getter,
    nanosec: Getter,
    /// Messages whose time is 0: nobody set it.
    unset: u64,
}

impl Lateness {
    /// Errors where the type has no time in a header.
    pub(crate) fn new(plan: &Arc<Plan>, window: usize) -> Result<Self> {
        let getter = |path: &str| {
            Getter::compile(plan, &path.parse()?).map_err(|error| {
                let message = format!("{} has no header.stamp to compare with: {error}", plan.type_name());
                Error::new(ErrorKind::Type, message)
            })
        };
        let (sec, nanosec) = (getter("header.stamp.sec")?, getter("header.stamp.nanosec")?);
        Ok(Self { delays: Window::new(window), sec, nanosec, unset: 0 })
    }
}

impl Gauge for Lateness {
    fn take(&mut self, received: &Received) -> Result<()> {
        let payload = received.payload.as_slice();
        let (sec, nanosec) = (self.sec.value(payload)?, self.nanosec.value(payload)?);
        let (Part::Int(sec), Part::UInt(nanosec)) = (sec, nanosec) else {
            return Err(Error::new(ErrorKind::Type, "header.stamp is no time"));
        };
        if (sec, nanosec) == (0, 0) {
            self.unset += 1;
            return Ok(());
        }
        // A difference of whole seconds first: nanoseconds since 1970 are more than a double holds.
        let (came, rest) =
            (received.received_timestamp.div_euclid(NANO), received.received_timestamp.rem_euclid(NANO));
        self.delays.push((came - sec) as f64 + (rest as f64 - nanosec as f64) / BILLION);
        Ok(())
    }

    fn figures(&self) -> Option<Figures> {
        let summary = Summary::of(self.delays.values.iter().copied());
        let window = self.delays.values.len();
        let mut text = match &summary {
            Some(Summary { mean, min, max, std_dev }) => format!(
                "average delay: {mean:.6}\n\tmin: {min:.6}s max: {max:.6}s std dev: {std_dev:.6}s window: {window}"
            ),
            None if self.unset > 0 => "average delay: unknown".to_owned(),
            None => return None,
        };
        if self.unset > 0 {
            text.push_str(&format!("\n\t{} messages have no time in their header", self.unset));
        }
        let number = |of: fn(&Summary) -> f64| summary.as_ref().map(of);
        let numbers = json!({
            "delay": number(|s| s.mean), "min": number(|s| s.min), "max": number(|s| s.max),
            "std_dev": number(|s| s.std_dev), "window": window, "unset": self.unset,
        });
        Some(Figures::new(text, numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_numbers_in_short() {
        let summary = Summary::of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter());
        assert_eq!(summary, Some(Summary { mean: 5.0, min: 2.0, max: 9.0, std_dev: 2.0 }));
        assert_eq!(Summary::of([].into_iter()), None);
    }

    #[test]
    fn a_window_holds_the_last_values() {
        let mut window = Window::new(2);
        (1..=4).for_each(|value| window.push(value));
        assert_eq!(window.values, [3, 4]);
    }

    #[test]
    fn sizes_for_people() {
        for (number, text) in
            [(0.0, "0 B"), (999.4, "999 B"), (1000.0, "1.00 KB"), (2.5e6, "2.50 MB"), (1e10, "10.00 GB")]
        {
            assert_eq!(bytes(number), text);
        }
    }
}
