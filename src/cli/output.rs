//! [`Output`]: what a verb prints, and [`Stop`]: why it ends.
//!
//! Results go to standard output, one write and one flush a line; everything else goes to standard error, as
//! `error: <sentence>`. `--json` is about standard output alone.

use std::fmt::Display;
use std::io::{ErrorKind as IoKind, Write};

use crate::error::{Error, ErrorKind};

use super::paint::{ERROR, WARNING};

/// Why a verb ends before it is done, or with less than all of it done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It cannot go on; exit code 1.
    Failed(Error),
    /// A message that was typed is not one of its type; exit code 1. With what such a message looks like.
    Refused(Error, String),
    /// Two things that were compared are not the same; exit code 1.
    Different,
    /// Errors were reported on the way, and it went on; exit code 1.
    Reported,
    /// Arguments that clap cannot judge make no sense together; exit code 2.
    Usage(String),
    /// `--timeout` is over; exit code 124.
    TimedOut(String),
    /// This signal, that of Ctrl-C or SIGTERM; exit code 130 or 143, as shells have it.
    Interrupted(i32),
    /// The reader of standard output went away: it has all that it wanted, so this is exit code 0.
    BrokenPipe,
}

/// How a verb ends.
pub(crate) type Outcome<T = ()> = Result<T, Stop>;

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Stop {
    /// Says on standard error what there is to say, and returns the exit code.
    pub(crate) fn conclude(self) -> u8 {
        match self {
            Self::Failed(error) => {
                report(&format_args!("{error:#}"));
                1
            }
            Self::Refused(error, template) => {
                report(&format_args!("{error:#}\n{template}"));
                1
            }
            Self::Different | Self::Reported => 1,
            Self::Usage(message) => {
                report(&message);
                2
            }
            Self::TimedOut(message) => {
                report(&message);
                124
            }
            Self::Interrupted(signal) => Self::exit_code_of(signal),
            Self::BrokenPipe => 0,
        }
    }

    /// That of a process which a signal ended.
    pub(crate) fn exit_code_of(signal: i32) -> u8 {
        u8::try_from(signal).map_or(u8::MAX, |signal| signal.saturating_add(128))
    }
}

/// One line, or more of an error with a caret, on standard error. There is nowhere to complain if that fails.
pub(crate) fn report(error: &dyn Display) {
    _ = writeln!(anstream::stderr().lock(), "{ERROR}error:{ERROR:#} {error}");
}

/// A warning on standard error.
pub(crate) fn warn(warning: &dyn Display) {
    _ = writeln!(anstream::stderr().lock(), "{WARNING}warning:{WARNING:#} {warning}");
}

/// A remark on standard error, that `--quiet` keeps away.
pub(crate) fn note(remark: &dyn Display) {
    _ = writeln!(std::io::stderr().lock(), "{remark}");
}

/// Standard output, and whether anything went wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Output {
    reported: bool,
}

impl Output {
    /// Prints `line` and its end at once, and flushes: who reads a pipe sees every line when it is there.
    pub(crate) fn line(&mut self, mut line: Vec<u8>) -> Outcome {
        line.push(b'\n');
        self.bytes(&line)
    }

    /// Prints bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Outcome {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
            IoKind::BrokenPipe => Stop::BrokenPipe,
            _ => Stop::Failed(Error::new(ErrorKind::Io, format!("cannot write to standard output: {error}"))),
        })
    }

    /// Reports an error that says itself what it is about, and that does not end the work.
    pub(crate) fn refuse(&mut self, error: &Error) {
        self.reported = true;
        report(&format_args!("{error:#}"));
    }

    /// Reports an error about `place` that does not end the work.
    pub(crate) fn report(&mut self, place: &dyn Display, error: &Error) {
        self.reported = true;
        report(&format_args!("{place}: {error:#}"));
    }

    /// The outcome of work that went on after errors.
    pub(crate) fn conclude(&self) -> Outcome {
        if self.reported { Err(Stop::Reported) } else { Ok(()) }
    }
}
