//! `ros-z doctor`: what a session sees, and what keeps data from flowing.

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::net::{Connection, Context, Mismatch, MismatchKind, Node};
use crate::rmw::{EntityKind, names};

use super::doctor_environment::{Variable, variables};
use super::interrupt::Interrupt;
use super::output::{Outcome, Output, Stop};
use super::paint::{self, painted};
use super::{Global, mismatches, session};

/// How long the answers of others are waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Arguments of `ros-z doctor`.
#[derive(Args)]
#[command(after_help = "Examples:\n  ros-z doctor\n  ros-z doctor --json | jq '.findings[].message'")]
pub(crate) struct Doctor {
    #[command(flatten)]
    discovery: session::Discovery,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Severity {
    /// Data does not flow; exit code 1.
    Error,
    /// It may not be as it was meant.
    Warning,
}

impl Severity {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }

    fn style(self) -> anstyle::Style {
        match self {
            Self::Error => paint::ERROR,
            Self::Warning => paint::WARNING,
        }
    }
}

/// Something that is wrong.
struct Finding {
    severity: Severity,
    /// What it is about, in one word.
    kind: &'static str,
    message: String,
    mismatch: Option<Box<Mismatch>>,
}

impl Finding {
    fn new(severity: Severity, kind: &'static str, message: String) -> Self {
        Self { severity, kind, message, mismatch: None }
    }

    /// Messages get through whatever the quality of service is; other mismatches stop them.
    fn of_mismatch(mismatch: Mismatch) -> Self {
        let severity = if mismatch.kind == MismatchKind::Qos { Severity::Warning } else { Severity::Error };
        let (kind, message) = (mismatch.kind.as_str(), mismatch.sentence());
        Self { severity, kind, message, mismatch: Some(Box::new(mismatch)) }
    }

    /// What differs, a line each, or why that is not known.
    fn details(&self) -> Vec<String> {
        self.mismatch.as_deref().map(mismatches::details).unwrap_or_default()
    }

    fn to_json(&self) -> Value {
        let mut finding =
            json!({ "severity": self.severity.as_str(), "kind": self.kind, "message": self.message });
        if let (Some(mismatch), Some(finding)) = (&self.mismatch, finding.as_object_mut()) {
            finding.extend(mismatches::members(mismatch));
        }
        finding
    }
}

/// A node, and how many endpoints of each kind it has.
struct SeenNode {
    name: String,
    counts: [(EntityKind, usize); 4],
}

/// The session, as long as it is open.
struct Session {
    zid: String,
    mode: String,
    domain: u32,
    locators: Vec<String>,
    connections: Vec<Connection>,
    tried: Vec<String>,
    nodes: Vec<SeenNode>,
}

/// Everything that was found out.
struct Report {
    environment: Vec<Variable>,
    /// `None` when it could not be opened.
    session: Option<Session>,
    findings: Vec<Finding>,
}

/// Looks at everything and prints it; exit code 1 when something keeps data from flowing.
pub(crate) fn run(args: &Doctor, global: &Global) -> Outcome {
    let environment = variables();
    let complaints = environment.iter().filter_map(Variable::complaint);
    let findings = complaints.map(|text| Finding::new(Severity::Warning, "environment", text)).collect();
    let mut report = Report { environment, session: None, findings };
    match session::open(global) {
        Ok((context, node)) => {
            let closing = context.clone();
            let interrupt = Interrupt::new(move || _ = closing.close())?;
            let examined = report.examine(args, &node);
            let closed = context.close();
            interrupt.outcome(examined.and(closed).map_err(Stop::from))?;
        }
        Err(error) => report.findings.push(refused(&error)),
    }
    let mut output = Output::default();
    let text = if global.json { report.to_json().to_string() } else { report.to_text() };
    output.line(text.into_bytes())?;
    if report.is_healthy() { Ok(()) } else { Err(Stop::Reported) }
}

fn refused(error: &Error) -> Finding {
    Finding::new(Severity::Error, "session", format!("no session could be opened: {error}"))
}

impl Report {
    fn is_healthy(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }

    fn examine(&mut self, args: &Doctor, node: &Node) -> Result<()> {
        let context = node.context();
        context.wait_for_connection(session::CONNECTING)?;
        args.discovery.settle(context)?;
        let session = Session::of(context);
        self.check_connections(&session, context);
        self.check_domain(&session, context)?;
        let found = mismatches::explained(node, |_| true);
        self.findings.extend(found.into_iter().map(Finding::of_mismatch));
        self.session = Some(session);
        Ok(())
    }

    fn check_connections(&mut self, session: &Session, context: &Context) {
        if !session.connections.is_empty() {
            return;
        }
        let message = session::alone(context);
        self.findings.push(Finding::new(Severity::Error, "router", message));
    }

    /// Nodes in other domains only are a common surprise.
    fn check_domain(&mut self, session: &Session, context: &Context) -> Result<()> {
        if session.connections.is_empty() || !session.nodes.is_empty() {
            return Ok(());
        }
        let domains = context.domains(PATIENCE)?;
        let others = domains.iter().filter(|(domain, _)| **domain != session.domain);
        let others: Vec<String> =
            others.map(|(domain, count)| format!("{count} in domain {domain}")).collect();
        let mut message = format!("there is no other node in domain {}", session.domain);
        if !others.is_empty() {
            message.push_str(&format!("; there are nodes elsewhere, {}", others.join(", ")));
        }
        self.findings.push(Finding::new(Severity::Warning, "domain", message));
        Ok(())
    }

    fn to_json(&self) -> Value {
        let session = self.session.as_ref();
        let routers = session.map(|session| session.routers()).unwrap_or_default();
        let environment: Vec<Value> = self.environment.iter().map(Variable::to_json).collect();
        let findings: Vec<Value> = self.findings.iter().map(Finding::to_json).collect();
        json!({
            "healthy": self.is_healthy(),
            "session": session.map(Session::to_json),
            "router": session.map(|session| json!({
                "reached": !routers.is_empty(),
                "at": routers,
                "tried": session.tried,
            })),
            "domain": session.map(|session| session.domain),
            "environment": environment,
            "nodes": session.map(Session::nodes_to_json),
            "findings": findings,
        })
    }

    fn to_text(&self) -> String {
        let mut text = Sections(String::new(), paint::is_wanted());
        if let Some(session) = &self.session {
            session.write(&mut text);
        }
        text.section("environment", self.environment.iter().map(Variable::to_text));
        let is_coloured = text.1;
        let findings = self.findings.iter().flat_map(|finding| {
            let severity =
                painted(&format!("{}:", finding.severity.as_str()), finding.severity.style(), is_coloured);
            let headline = format!("{severity} {}", finding.message);
            let details = finding.details().into_iter().map(|line| format!("  {line}"));
            std::iter::once(headline).chain(details).collect::<Vec<_>>()
        });
        text.section("findings", findings);
        text.0.trim_end().to_owned()
    }
}

/// Lines under headings, and whether they may have colours.
struct Sections(String, bool);

impl Sections {
    fn section(&mut self, heading: &str, lines: impl Iterator<Item = String>) {
        self.0.push_str(&painted(heading, paint::HEADING, self.1));
        self.0.push('\n');
        let before = self.0.len();
        lines.for_each(|line| self.0.push_str(&format!("  {line}\n")));
        if self.0.len() == before {
            self.0.push_str("  none\n");
        }
    }
}

impl Session {
    fn of(context: &Context) -> Self {
        let graph = context.graph();
        let own = context.zid();
        let tokens: Vec<_> = graph.tokens().into_iter().filter(|token| token.zid != own).collect();
        let mut nodes: Vec<SeenNode> = Vec::new();
        let mut ids: Vec<(&str, &str)> =
            tokens.iter().map(|token| (token.zid.as_str(), token.node_id.as_str())).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let of_node = || tokens.iter().filter(|token| (&*token.zid, &*token.node_id) == id);
            let Some(first) = of_node().next() else { continue };
            let count = |kind: EntityKind| {
                let endpoints = of_node().filter_map(|token| token.endpoint.as_ref());
                (kind, endpoints.filter(|endpoint| endpoint.kind == kind).count())
            };
            let kinds =
                [EntityKind::Publisher, EntityKind::Subscription, EntityKind::Service, EntityKind::Client];
            let name = names::qualified(&first.namespace, &first.node_name);
            nodes.push(SeenNode { name, counts: kinds.map(count) });
        }
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            zid: own,
            mode: context.mode().to_owned(),
            domain: context.domain_id(),
            locators: context.locators(),
            connections: context.connections(),
            tried: context.connect_endpoints().to_vec(),
            nodes,
        }
    }

    /// Where routers were reached.
    fn routers(&self) -> Vec<&str> {
        let routers = self.connections.iter().filter(|connection| connection.mode == "router");
        routers.map(|connection| connection.remote.as_str()).collect()
    }

    fn to_json(&self) -> Value {
        let connections = self.connections.iter().map(|connection| {
            let Connection { zid, mode, local, remote } = connection;
            json!({ "zid": zid, "mode": mode, "local": local, "remote": remote })
        });
        json!({
            "zid": self.zid,
            "mode": self.mode,
            "locators": self.locators,
            "connections": connections.collect::<Vec<_>>(),
        })
    }

    fn nodes_to_json(&self) -> Value {
        let node = |node: &SeenNode| {
            let counts = node.counts.iter().map(|(kind, count)| (format!("{}s", kind.name()), json!(count)));
            let name = std::iter::once(("name".to_owned(), json!(node.name)));
            Value::Object(name.chain(counts).collect())
        };
        self.nodes.iter().map(node).collect()
    }

    fn write(&self, text: &mut Sections) {
        let mut session = vec![format!("zid: {}", self.zid), format!("mode: {}", self.mode)];
        session.extend(self.locators.iter().map(|locator| format!("listens on {locator}")));
        session.extend(self.connections.iter().map(|connection| {
            let Connection { zid, mode, remote, .. } = connection;
            format!("connected to {mode} {zid} at {remote}")
        }));
        text.section("session", session.into_iter());
        let router = match (self.routers().join(", "), self.tried.join(", ")) {
            (reached, _) if !reached.is_empty() => format!("reached at {reached}"),
            (_, tried) if tried.is_empty() => "none was looked for".to_owned(),
            (_, tried) => format!("none was reached; tried {tried}"),
        };
        text.section("router", std::iter::once(router));
        text.section("domain", std::iter::once(self.domain.to_string()));
        let nodes = self.nodes.iter().map(|node| {
            let counts = node.counts.iter().filter(|(_, count)| *count > 0);
            let counts = counts.map(|(kind, count)| {
                format!("{count} {}{}", kind.name(), if *count == 1 { "" } else { "s" })
            });
            format!("{}: {}", node.name, counts.collect::<Vec<_>>().join(", "))
        });
        text.section("nodes", nodes);
    }
}
