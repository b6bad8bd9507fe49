//! [`Store`]: the parameters of a node, and the rules for changing them.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::messages::ListParametersResult;
use super::value::{Parameter, ParameterDescriptor, ParameterType, ParameterValue};
use crate::error::{Error, ErrorKind, Result};

/// The value where it was never set, and the descriptor.
struct Declared {
    value: ParameterValue,
    descriptor: ParameterDescriptor,
}

/// The parameters of a node, in the order of their declaration.
#[derive(Default)]
pub(super) struct Store {
    declared: IndexMap<String, Declared>,
    /// Values that are taken in place of those of declarations.
    pub(super) overrides: IndexMap<String, ParameterValue>,
    /// Whether setting declares what was not declared.
    pub(super) allows_undeclared: bool,
}

/// What a change did, for those who listen.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    pub(super) new: Vec<Parameter>,
    pub(super) changed: Vec<Parameter>,
    pub(super) deleted: Vec<Parameter>,
}

impl Store {
    /// Checks a declaration; the parameter as it will be.
    pub(super) fn check_new(
        &self,
        name: &str,
        value: ParameterValue,
        mut descriptor: ParameterDescriptor,
        ignore_override: bool,
    ) -> Result<(Parameter, ParameterDescriptor)> {
        let refused = |kind, reason: &str| Err(Error::new(kind, format!("parameter '{name}' {reason}")));
        if let Some(reason) = refuses_name(name) {
            return Err(Error::new(ErrorKind::Argument, reason));
        }
        if self.declared.contains_key(name) {
            return Err(already_declared(name));
        }
        if descriptor.integer_range.len() > 1 || descriptor.floating_point_range.len() > 1 {
            return refused(ErrorKind::ParameterValue, "has more than one range");
        }
        name.clone_into(&mut descriptor.name);
        if value != ParameterValue::NotSet {
            descriptor.r#type = value.parameter_type().number();
        }
        let declared_type = ParameterType::of_number(descriptor.r#type)?;
        let given = self.overrides.get(name).filter(|_| !ignore_override).cloned();
        let value = given.map(|given| given.fitting(declared_type)).unwrap_or(value);
        if descriptor.dynamic_typing {
            descriptor.r#type = value.parameter_type().number();
        } else if value == ParameterValue::NotSet {
            if declared_type == ParameterType::NotSet {
                let reason = "needs a value, a type, or a descriptor with dynamic_typing";
                return refused(ErrorKind::ParameterType, reason);
            }
            return Ok((Parameter::new(name, value), descriptor));
        } else if declared_type == ParameterType::NotSet {
            descriptor.r#type = value.parameter_type().number();
        }
        if descriptor.has_nul() {
            return refused(
                ErrorKind::ParameterValue,
                "has a description with a NUL, which no message can hold",
            );
        }
        match descriptor.refuses(name, &value) {
            Some(refusal) => Err(refusal.into_error()),
            None => Ok((Parameter::new(name, value), descriptor)),
        }
    }

    pub(super) fn add(&mut self, parameter: Parameter, descriptor: ParameterDescriptor) -> Changes {
        let declared = Declared { value: parameter.value.clone(), descriptor };
        self.declared.insert(parameter.name.clone(), declared);
        Changes { new: vec![parameter], ..Changes::default() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&ParameterValue> {
        self.declared.get(name).map(|declared| &declared.value)
    }

    pub(super) fn descriptor(&self, name: &str) -> Option<&ParameterDescriptor> {
        self.declared.get(name).map(|declared| &declared.descriptor)
    }

    /// The first that is not declared, where that is not allowed.
    pub(super) fn undeclared<'p>(&self, parameters: &'p [Parameter]) -> Option<&'p str> {
        let names = parameters.iter().map(|parameter| parameter.name.as_str());
        let mut unknown = names.filter(|name| !self.declared.contains_key(*name));
        unknown.find(|_| !self.allows_undeclared)
    }

    /// Why these cannot be set, in the words of ROS.
    pub(super) fn refuses(&self, parameters: &[Parameter]) -> Option<String> {
        parameters.iter().find_map(|Parameter { name, value }| {
            let Some(Declared { descriptor, .. }) = self.declared.get(name) else {
                if self.allows_undeclared {
                    return refuses_name(name).or_else(|| value.refused_text(name));
                }
                return Some(format!("parameter '{name}' cannot be set because it was not declared"));
            };
            if descriptor.read_only {
                return Some(format!("parameter '{name}' cannot be set because it is read-only"));
            }
            if *value == ParameterValue::NotSet {
                let reason = format!("cannot undeclare a statically typed parameter: '{name}'");
                return (!descriptor.dynamic_typing).then_some(reason);
            }
            descriptor.refuses(name, value).map(|refusal| refusal.reason)
        })
    }

    /// Sets what was found to be allowed; a value that is not set deletes its parameter.
    pub(super) fn set(&mut self, parameters: Vec<Parameter>) -> Changes {
        let mut changes = Changes::default();
        for parameter in parameters {
            if parameter.value == ParameterValue::NotSet {
                changes.deleted.extend(self.remove(&parameter.name));
            } else if let Some(declared) = self.declared.get_mut(&parameter.name) {
                declared.value = parameter.value.clone();
                declared.descriptor.r#type = parameter.value.parameter_type().number();
                changes.changed.push(parameter);
            } else {
                let (name, r#type) = (parameter.name.clone(), parameter.value.parameter_type().number());
                let dynamic_typing = true;
                let descriptor =
                    ParameterDescriptor { name, r#type, dynamic_typing, ..ParameterDescriptor::default() };
                changes.new.extend(self.add(parameter, descriptor).new);
            }
        }
        changes
    }

    /// Takes a declaration back.
    pub(super) fn undeclare(&mut self, name: &str) -> Result<Changes> {
        let declared = self.declared.get(name).ok_or_else(|| not_declared(name))?;
        if declared.descriptor.read_only {
            let reason = format!("parameter '{name}' cannot be undeclared because it is read-only");
            return Err(Error::new(ErrorKind::ParameterReadOnly, reason));
        }
        Ok(Changes { deleted: self.remove(name).into_iter().collect(), ..Changes::default() })
    }

    fn remove(&mut self, name: &str) -> Option<Parameter> {
        let declared = self.declared.shift_remove(name)?;
        Some(Parameter::new(name, declared.value))
    }

    /// The names below the prefixes, or all; `depth` parts deep, or all where it is 0.
    pub(super) fn list(&self, prefixes: &[String], depth: u64) -> ListParametersResult {
        let parts = |name: &str| name.matches('.').count() as u64 + 1;
        let is_below = |name: &str, prefix: &str| match name.strip_prefix(prefix) {
            Some("") => true,
            Some(rest) => rest.strip_prefix('.').is_some_and(|rest| depth == 0 || parts(rest) <= depth),
            None => false,
        };
        let is_listed = |name: &&String| match prefixes {
            [] => depth == 0 || parts(name) <= depth,
            prefixes => prefixes.iter().any(|prefix| is_below(name, prefix)),
        };
        let names: Vec<String> = self.declared.keys().filter(is_listed).cloned().collect();
        let mut seen = HashSet::new();
        let before_dot = names.iter().filter_map(|name| name.rsplit_once('.').map(|(prefix, _)| prefix));
        let prefixes = before_dot.filter(|prefix| seen.insert(*prefix)).map(str::to_owned).collect();
        ListParametersResult { prefixes, names }
    }
}

fn refuses_name(name: &str) -> Option<String> {
    match name {
        "" => Some("the name of a parameter must not be empty".to_owned()),
        name if name.contains('\0') => Some(format!("the name of a parameter must not hold a NUL: {name:?}")),
        _ => None,
    }
}

pub(super) fn already_declared(name: &str) -> Error {
    Error::new(ErrorKind::ParameterDeclared, format!("parameter '{name}' has already been declared"))
}

pub(super) fn not_declared(name: &str) -> Error {
    Error::new(ErrorKind::ParameterNotDeclared, format!("parameter '{name}' was not declared"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(names: &[&str]) -> Store {
        let mut store = Store::default();
        for name in names {
            let (parameter, descriptor) = store
                .check_new(name, ParameterValue::Bool(true), ParameterDescriptor::default(), false)
                .unwrap();
            store.add(parameter, descriptor);
        }
        store
    }

    #[test]
    fn names_are_listed_by_prefix_and_depth() {
        let store = store(&["a", "b.c", "b.d.e", "bc"]);
        type Names = &'static [&'static str];
        let table: [(Names, u64, Names, Names); 7] = [
            (&[], 0, &["a", "b.c", "b.d.e", "bc"], &["b", "b.d"]),
            (&[], 1, &["a", "bc"], &[]),
            (&[], 2, &["a", "b.c", "bc"], &["b"]),
            (&["b"], 0, &["b.c", "b.d.e"], &["b", "b.d"]),
            (&["b"], 1, &["b.c"], &["b"]),
            (&["a", "b.d"], 0, &["a", "b.d.e"], &["b.d"]),
            (&["c"], 0, &[], &[]),
        ];
        for (prefixes, depth, names, found) in table {
            let prefixes: Vec<String> = prefixes.iter().map(|&prefix| prefix.to_owned()).collect();
            let listed = store.list(&prefixes, depth);
            assert_eq!((listed.names, listed.prefixes), (owned(names), owned(found)), "{prefixes:?} {depth}");
        }
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn what_is_not_allowed_is_refused_in_the_words_of_ros() {
        let mut store = store(&["flag"]);
        let read_only = ParameterDescriptor { read_only: true, ..ParameterDescriptor::default() };
        let dynamic = ParameterDescriptor { dynamic_typing: true, ..ParameterDescriptor::default() };
        for (name, descriptor) in [("fixed", read_only), ("any", dynamic)] {
            let (parameter, descriptor) =
                store.check_new(name, ParameterValue::Integer(1), descriptor, false).unwrap();
            store.add(parameter, descriptor);
        }
        let text = || ParameterValue::String("x".to_owned());
        for (name, value, expected) in [
            ("nope", text(), Some("parameter 'nope' cannot be set because it was not declared")),
            (
                "fixed",
                ParameterValue::Integer(2),
                Some("parameter 'fixed' cannot be set because it is read-only"),
            ),
            (
                "flag",
                text(),
                Some(
                    "Wrong parameter type, parameter {flag} is of type {bool}, setting it to {string} is not allowed.",
                ),
            ),
            ("flag", ParameterValue::NotSet, Some("cannot undeclare a statically typed parameter: 'flag'")),
            ("flag", ParameterValue::Bool(false), None),
            ("any", text(), None),
            ("any", ParameterValue::NotSet, None),
        ] {
            assert_eq!(store.refuses(&[Parameter::new(name, value)]).as_deref(), expected, "{name}");
        }
        let changes = store.set(vec![Parameter::new("any", ParameterValue::NotSet)]);
        assert_eq!(changes.deleted, [Parameter::new("any", ParameterValue::Integer(1))]);
        assert_eq!(store.get("any"), None);
        for (name, part) in [("flag", "already been declared"), ("", "must not be empty")] {
            let error = store.check_new(name, text(), ParameterDescriptor::default(), false).unwrap_err();
            assert!(error.message().contains(part), "{error}");
        }
        assert!(store.undeclare("fixed").unwrap_err().message().contains("read-only"));
        assert!(store.undeclare("nope").unwrap_err().message().contains("was not declared"));
    }
}
