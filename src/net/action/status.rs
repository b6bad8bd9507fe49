//! [`GoalStatus`]: the states of a goal, and which may follow which, as in `rcl_action`.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};

/// The states of `action_msgs/msg/GoalStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i8)]
pub enum GoalStatus {
    /// The goal is not known: it never was, or its result expired.
    Unknown = 0,
    /// Accepted, and not begun yet.
    Accepted = 1,
    /// Under way.
    Executing = 2,
    /// Asked to end early, and not ended yet.
    Canceling = 3,
    /// Reached.
    Succeeded = 4,
    /// Ended early as it was asked to.
    Canceled = 5,
    /// Given up by its server.
    Aborted = 6,
}

/// What happens to a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GoalEvent {
    Execute,
    CancelGoal,
    Succeed,
    Abort,
    Canceled,
}

impl GoalStatus {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::Unknown,
        Self::Accepted,
        Self::Executing,
        Self::Canceling,
        Self::Succeeded,
        Self::Canceled,
        Self::Aborted,
    ];

    /// The state with that number in messages.
    pub fn of_number(number: i8) -> Result<Self> {
        let found = usize::try_from(number).ok().and_then(|index| Self::ALL.get(index).copied());
        found.ok_or_else(|| Error::new(ErrorKind::Protocol, format!("{number} is no status of a goal")))
    }

    /// Its number in messages.
    #[must_use]
    pub fn number(self) -> i8 {
        self as i8
    }

    /// Its name, in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Executing => "executing",
            Self::Canceling => "canceling",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
            Self::Aborted => "aborted",
        }
    }

    /// Whether nothing follows it.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Canceled | Self::Aborted)
    }

    /// The state that follows; errors, in the words of ROS, where none does.
    pub(super) fn after(self, event: GoalEvent) -> Result<Self> {
        match (self, event) {
            (Self::Accepted, GoalEvent::Execute) => Ok(Self::Executing),
            (Self::Accepted | Self::Executing, GoalEvent::CancelGoal) => Ok(Self::Canceling),
            (Self::Executing | Self::Canceling, GoalEvent::Succeed) => Ok(Self::Succeeded),
            (Self::Executing | Self::Canceling, GoalEvent::Abort) => Ok(Self::Aborted),
            (Self::Canceling, GoalEvent::Canceled) => Ok(Self::Canceled),
            _ => {
                let message = format!("attempted invalid transition from state {self} with event {event}");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

impl fmt::Display for GoalStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str().to_uppercase())
    }
}

impl fmt::Display for GoalEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Execute => "EXECUTE",
            Self::CancelGoal => "CANCEL_GOAL",
            Self::Succeed => "SUCCEED",
            Self::Abort => "ABORT",
            Self::Canceled => "CANCELED",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::GoalEvent::{Abort, CancelGoal, Canceled, Execute, Succeed};
    use super::*;

    /// The table of `rcl_action`, all 7 × 5 of it.
    #[test]
    fn only_the_transitions_of_ros_are_possible() {
        let possible = [
            (GoalStatus::Accepted, Execute, GoalStatus::Executing),
            (GoalStatus::Accepted, CancelGoal, GoalStatus::Canceling),
            (GoalStatus::Executing, CancelGoal, GoalStatus::Canceling),
            (GoalStatus::Executing, Succeed, GoalStatus::Succeeded),
            (GoalStatus::Executing, Abort, GoalStatus::Aborted),
            (GoalStatus::Canceling, Succeed, GoalStatus::Succeeded),
            (GoalStatus::Canceling, Abort, GoalStatus::Aborted),
            (GoalStatus::Canceling, Canceled, GoalStatus::Canceled),
        ];
        for status in GoalStatus::ALL {
            for event in [Execute, CancelGoal, Succeed, Abort, Canceled] {
                let expected = possible.iter().find(|(from, by, _)| (*from, *by) == (status, event));
                match (status.after(event), expected) {
                    (Ok(next), Some((_, _, to))) => assert_eq!(next, *to),
                    (Err(error), None) => {
                        let shown =
                            format!("attempted invalid transition from state {status} with event {event}");
                        assert_eq!(error.message(), shown);
                    }
                    (found, _) => panic!("{status} {event}: {found:?}"),
                }
            }
        }
    }

    #[test]
    fn numbers_round_trip() {
        for status in GoalStatus::ALL {
            assert_eq!(GoalStatus::of_number(status.number()).unwrap(), status);
        }
        assert_eq!(GoalStatus::of_number(7).unwrap_err().kind(), ErrorKind::Protocol);
        assert_eq!(GoalStatus::of_number(-1).unwrap_err().kind(), ErrorKind::Protocol);
    }
}
