//! From one definition to a whole `TypeDescription`: everything it refers to, or the path to what is wrong.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Definition, Element, IndividualTypeDescription, TypeDescription, TypeName};

/// Messages inside messages, at most; genuine types stay below ten.
const DEEPEST: usize = 64;

/// The description of `root` with all types it refers to, sorted by name, as `find` knows them.
pub(super) fn describe(
    root: &Definition,
    find: impl Fn(&TypeName) -> Result<Arc<Definition>>,
) -> Result<TypeDescription> {
    let mut closure = Closure { find, open: Vec::new(), heights: HashMap::new(), found: BTreeMap::new() };
    closure.visit(&root.description).map_err(|error| error.in_type(&root.type_name))?;
    Ok(TypeDescription {
        type_description: root.description.clone(),
        referenced_type_descriptions: closure.found.into_values().collect(),
    })
}

struct Closure<F> {
    find: F,
    /// The names from the root to the type that is being visited.
    open: Vec<String>,
    /// How many levels each type that is done has.
    heights: HashMap<String, usize>,
    found: BTreeMap<String, IndividualTypeDescription>,
}

impl<F: Fn(&TypeName) -> Result<Arc<Definition>>> Closure<F> {
    /// Visits a type and returns how many levels it has. An error carries the path of fields that led to it.
    fn visit(&mut self, description: &IndividualTypeDescription) -> Result<usize> {
        self.open.push(description.type_name.clone());
        let mut height = 1;
        for field in &description.fields {
            let nested = match field.field_type.element() {
                Ok(Element::Nested(nested)) => nested,
                Ok(_) => continue,
                Err(error) => return Err(error.in_field(&field.name)),
            };
            let below = self.reference(nested).map_err(|error| error.in_field(&field.name))?;
            height = height.max(below + 1);
        }
        self.open.pop();
        self.heights.insert(description.type_name.clone(), height);
        Ok(height)
    }

    fn reference(&mut self, nested: &str) -> Result<usize> {
        if let Some(start) = self.open.iter().position(|open| open == nested) {
            let cycle = self.open.iter().skip(start).map(String::as_str).chain([nested]);
            let cycle = cycle.collect::<Vec<_>>().join(" > ");
            return Err(Error::new(ErrorKind::Definition, format!("a type that contains itself: {cycle}")));
        }
        let below = match self.heights.get(nested) {
            Some(height) => *height,
            None if self.open.len() >= DEEPEST => DEEPEST,
            None => {
                let definition = (self.find)(&TypeName::parse(nested)?)?;
                let height = self.visit(&definition.description)?;
                self.found.insert(nested.to_owned(), definition.description.clone());
                height
            }
        };
        if self.open.len() + below > DEEPEST {
            let message = format!("messages are nested deeper than {DEEPEST} levels");
            return Err(Error::new(ErrorKind::Definition, message));
        }
        Ok(below)
    }
}
