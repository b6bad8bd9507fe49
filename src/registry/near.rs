//! Names close to a name that is not known.

use std::cmp::Reverse;

/// How many names an error offers.
const OFFERED: usize = 3;

/// The known names nearest to `wanted`: those with the same last part first, then by edit distance.
#[must_use]
pub fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let last_part = |name: &'a str| name.rsplit('/').next().unwrap_or_default();
    let wanted_last = wanted.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let farthest = wanted_last.len() / 3;
    let rank = |name: &'a str| {
        let last = last_part(name);
        // Most names are far away, and this is asked of all of them.
        if last.len().abs_diff(wanted_last.len()) > farthest {
            return None;
        }
        let last = last.to_ascii_lowercase();
        let in_last = distance(&last, &wanted_last);
        (in_last <= farthest).then(|| (Reverse(last == wanted_last), in_last + distance(name, wanted), name))
    };
    let mut ranked: Vec<_> = known.filter_map(rank).collect();
    ranked.sort();
    let best = ranked.first().map_or(0, |(_, distance, _)| *distance);
    let close = ranked.into_iter().take_while(|(namesake, distance, _)| namesake.0 || *distance <= 2 * best);
    close.map(|(_, _, name)| name).take(OFFERED).collect()
}

/// Levenshtein's distance between two names, in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, cell) in b.bytes().zip(row.iter_mut().skip(1)) {
            left = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, left);
        }
    }
    if b.is_empty() { a.len() } else { row.last().copied().unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "", 0), ("", "ab", 2), ("ab", "", 2), ("kitten", "sitting", 3), ("Imu", "Imuu", 1)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn namesakes_come_before_similar_names() {
        let known = ["a_msgs/msg/Imu", "sensor_msgs/msg/Image", "sensor_msgs/msg/Imu", "x/msg/Other"];
        let near = |wanted| nearest(wanted, known.into_iter());
        assert_eq!(near("sensor_msg/msg/Imu"), ["sensor_msgs/msg/Imu", "a_msgs/msg/Imu"]);
        assert_eq!(near("sensor_msgs/msg/Imuu"), ["sensor_msgs/msg/Imu"]);
        assert_eq!(near("sensor_msgs/msg/image"), ["sensor_msgs/msg/Image"]);
        assert!(near("q/msg/Nothing").is_empty());
    }
}
