//! [`Filter`]: a condition on messages, compiled for one type and decided on wire bytes.
//!
//! Only what the condition reads is decoded, from the left, and no more than decides it. The language is described in
//! `docs/FILTERS.md`. `parse` makes a tree of the text, `check` finds fields and constants and checks types, `decide`
//! answers for a payload.

mod check;
mod decide;
mod number;
mod parse;

use std::fmt;
use std::sync::Arc;

use decide::Condition;

use super::plan::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::idl::lex::{Fault, Source};
use crate::schema::{Definition, TypeName};

/// Longest text of a filter in bytes.
const LONGEST: usize = 4096;

/// Where the constants of a type are looked up; plans have none.
pub type Definitions<'a> = &'a dyn Fn(&TypeName) -> Option<Arc<Definition>>;

/// A condition on the messages of one type.
///
/// ```
/// # use ros_z_dynamic::{codec::{Filter, Plan, from_json}, registry::Registry, schema::TypeName};
/// let registry = Registry::new();
/// let plan = Plan::compile(&registry.describe(&TypeName::parse("sensor_msgs/msg/LaserScan")?)?)?;
/// let definitions = |name: &TypeName| registry.find(name.as_str()).ok();
/// let filter = Filter::compile(&plan, "ranges[0] < 0.5 && header.frame_id == 'lidar'", &definitions)?;
///
/// let near = br#"{"header": {"frame_id": "lidar"}, "ranges": [0.25]}"#;
/// assert!(filter.matches(&from_json(&plan, near, &Default::default())?)?);
/// assert!(!filter.matches(&from_json(&plan, b"{}", &Default::default())?)?);
///
/// let error = Filter::compile(&plan, "ranges[0] < 'near'", &definitions).unwrap_err();
/// assert_eq!(
///     format!("{error:#}"),
///     "filter:1:13: sensor_msgs/msg/LaserScan: `<` compares numbers or strings, not a number with a string\n  \
///      ranges[0] < 'near'\n              ^",
/// );
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Debug)]
pub struct Filter {
    text: String,
    plan: Arc<Plan>,
    condition: Condition,
}

impl Filter {
    /// Compiles a filter. Errors, with line, column and a caret, on text that is none, on names that the type does not
    /// have, and on comparisons between things of different types.
    pub fn compile(plan: &Arc<Plan>, text: &str, definitions: Definitions<'_>) -> Result<Self> {
        if text.len() > LONGEST {
            let message = format!("a filter has at most {LONGEST} bytes, this one has {}", text.len());
            return Err(Error::new(ErrorKind::Argument, message));
        }
        if text.contains('\0') {
            return Err(Error::new(ErrorKind::Argument, "a NUL character in a filter"));
        }
        let source = Source::verbatim("filter", text)?;
        let compiled = parse::parse(source.text())
            .and_then(|tree| check::Checker { plan, definitions }.condition(&tree));
        match compiled {
            Ok(condition) => Ok(Self { text: text.to_owned(), plan: Arc::clone(plan), condition }),
            Err(fault) => {
                let about_type = fault.kind != ErrorKind::Argument;
                let error = source.error(fault);
                Err(if about_type { error.in_type(plan.type_name()) } else { error })
            }
        }
    }

    /// Whether the message in `payload` meets the condition. Errors where a part that it reads is malformed.
    pub fn matches(&self, payload: &[u8]) -> Result<bool> {
        self.condition.holds(payload)
    }

    /// The plan that it was compiled for.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A fault of the text, or the error about a path at a place of it.
fn at<'t>(place: &'t str, error: &Error) -> Fault<'t> {
    let path = error.path();
    let message =
        if path.is_empty() { error.message().to_owned() } else { format!("{path}: {}", error.message()) };
    Fault::new(place, error.kind(), message)
}
