//! [`Sequences`]: how many messages were lost, by the gaps in the numbers that publishers count them with.

use std::collections::HashMap;

use crate::rmw::{Attachment, Gid};

/// The next number of each publisher, and what is missing before it.
#[derive(Debug, Default)]
pub(crate) struct Sequences {
    next: HashMap<Gid, i64>,
    missing: u64,
}

impl Sequences {
    /// Counts a message that was taken.
    pub(crate) fn count(&mut self, sent: &Attachment) {
        let number = sent.sequence_number;
        let next = self.next.entry(sent.source_gid).or_insert(number);
        match u64::try_from(number - *next) {
            Ok(gap) => {
                self.missing += gap;
                *next = number.saturating_add(1);
            }
            // It comes late, and was taken for lost.
            Err(_) => self.missing = self.missing.saturating_sub(1),
        }
    }

    /// How many were lost on the way, where so many were dropped here: those are missing too.
    pub(crate) fn lost(&self, dropped: u64) -> u64 {
        self.missing.saturating_sub(dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_counted_for_each_publisher() {
        let table: [(&[(u8, i64)], u64); 5] = [
            (&[(1, 1), (1, 2), (2, 9), (1, 3), (2, 10)], 0),
            (&[(1, 5), (1, 8), (2, 1), (2, 3)], 3),
            (&[(1, 1), (1, 4), (1, 3)], 1),
            (&[(1, 3), (1, 1), (1, 2)], 0),
            (&[(1, 1), (1, i64::MAX)], i64::MAX as u64 - 2),
        ];
        for (messages, lost) in table {
            let mut sequences = Sequences::default();
            for (publisher, sequence_number) in messages {
                let source_gid = Gid([*publisher; 16]);
                let attachment =
                    Attachment { sequence_number: *sequence_number, source_timestamp: 0, source_gid };
                sequences.count(&attachment);
            }
            assert_eq!(sequences.lost(0), lost, "{messages:?}");
        }
    }

    #[test]
    fn what_was_dropped_here_was_not_lost_on_the_way() {
        let mut sequences = Sequences::default();
        for sequence_number in [1, 5] {
            sequences.count(&Attachment { sequence_number, source_timestamp: 0, source_gid: Gid([0; 16]) });
        }
        assert_eq!((sequences.lost(0), sequences.lost(2), sequences.lost(9)), (3, 1, 0));
    }
}
