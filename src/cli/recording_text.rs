//! Numbers of recordings as people read them: bytes, durations, times, counts. Used by `record`, `play` and `info`.

use std::time::Duration;

use chrono::DateTime;

/// Bytes with three digits or more, in decimal units.
pub(super) fn bytes_text(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", units[unit])
}

/// Seconds with a fraction; minutes and hours before them where there are any.
pub(super) fn duration_text(duration: Duration) -> String {
    let (seconds, tenths) = (duration.as_secs(), duration.subsec_millis() / 100);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}.{tenths} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds}.{tenths} s"),
        (hours, minutes, seconds) => format!("{hours} h {minutes} min {seconds}.{tenths} s"),
    }
}

/// A number of things.
pub(super) fn count_text(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A time in nanoseconds since 1970, in UTC.
pub(super) fn time_text(time: u64) -> String {
    let known = i64::try_from(time).map(DateTime::from_timestamp_nanos);
    known.map_or_else(
        |_| format!("{time} ns after 1970"),
        |time| time.format("%Y-%m-%d %H:%M:%S%.9f UTC").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        for (bytes, text) in
            [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_960, "1.0 MB"), (1_234_567_890, "1.2 GB")]
        {
            assert_eq!(bytes_text(bytes), text);
        }
        for (millis, text) in [(0, "0.0 s"), (61_990, "1 min 1.9 s"), (7_200_000, "2 h 0 min 0.0 s")] {
            assert_eq!(duration_text(Duration::from_millis(millis)), text);
        }
        assert_eq!([0, 1, 2].map(|count| count_text(count, "topic")), ["0 topics", "1 topic", "2 topics"]);
        assert_eq!(time_text(1_700_000_000_000_000_001), "2023-11-14 22:13:20.000000001 UTC");
        assert_eq!(time_text(u64::MAX), "18446744073709551615 ns after 1970");
    }
}
