//! Commands that run while a test does: their lines as they come, and Ctrl-C.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::command::ros_z;

/// Far more than anything here takes.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running `ros-z`, ended with the test at the latest.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub fn start(arguments: &[&str]) -> Self {
        Self::of(ros_z(arguments).stdin(Stdio::null()))
    }

    pub fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                if sender.send(line.unwrap()).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line of standard output.
    #[track_caller]
    pub fn line(&self) -> String {
        self.lines.recv_timeout(DEADLINE).expect("a line in time")
    }

    /// The next line of standard error.
    pub fn error_line(&mut self) -> String {
        let stderr = self.child.stderr.as_mut().unwrap();
        let mut line = Vec::new();
        // A byte at a time: what follows is for `end`.
        for byte in std::io::Read::bytes(stderr) {
            match byte.unwrap() {
                b'\n' => break,
                byte => line.push(byte),
            }
        }
        String::from_utf8(line).unwrap()
    }

    /// The rest of standard output; it must end.
    #[track_caller]
    pub fn rest(&self) -> Vec<String> {
        let mut rest = Vec::new();
        loop {
            match self.lines.recv_timeout(DEADLINE) {
                Ok(line) => rest.push(line),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return rest,
                Err(timeout) => panic!("{timeout} after {rest:?}"),
            }
        }
    }

    /// What a terminal does for Ctrl-C.
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// What [`end`](Self::end) returns, if it ended by itself.
    pub fn has_ended(&mut self) -> Option<(Vec<String>, String, Option<i32>)> {
        let status = self.child.try_wait().unwrap()?;
        let mut stderr = String::new();
        std::io::Read::read_to_string(self.child.stderr.as_mut().unwrap(), &mut stderr).unwrap();
        Some((self.rest(), stderr, status.code()))
    }

    /// Waits for its end; the lines not yet asked for, standard error and the exit code.
    #[track_caller]
    pub fn end(mut self) -> (Vec<String>, String, Option<i32>) {
        let lines = self.rest();
        let mut stderr = String::new();
        std::io::Read::read_to_string(&mut self.child.stderr.take().unwrap(), &mut stderr).unwrap();
        (lines, stderr, self.child.wait().unwrap().code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A running command whose standard output goes to another one.
pub struct Feeding(Child);

impl Feeding {
    pub fn start(arguments: &[&str]) -> (Self, ChildStdout) {
        let mut child = ros_z(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        (Self(child), stdout)
    }
}

impl Drop for Feeding {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// A router process, and the endpoint that it printed.
pub fn router() -> (Running, String) {
    let router = Running::start(&["router", "--listen", "tcp/127.0.0.1:0"]);
    let endpoint = router.line();
    assert!(endpoint.starts_with("tcp/127.0.0.1:") && !endpoint.ends_with(":0"), "{endpoint}");
    (router, endpoint)
}
