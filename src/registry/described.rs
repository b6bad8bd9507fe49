//! The ways into a registry that begin with a type description: of a peer, or as JSON.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;

use super::difference::{Difference, compare};
use super::{Behind, Registry, closure};
use crate::error::{Error, ErrorKind, Result};
use crate::idl::{Format, parse};
use crate::schema::{
    Definition, DefinitionKind, IndividualTypeDescription, TypeDescription, TypeHash, TypeName, TypeSource,
    expand,
};

/// The encoding of what no text declares.
const IMPLICIT: &str = "implicit";

/// What ROS installs beside the interface files as `<Name>.json`.
#[derive(Deserialize)]
struct Installed {
    type_description_msg: TypeDescription,
    #[serde(default)]
    type_hashes: Vec<NamedHash>,
}

#[derive(Deserialize)]
struct NamedHash {
    type_name: TypeName,
    hash_string: String,
}

/// What a description holds, checked: its types by name, in full, and its hash.
struct Described {
    root: TypeName,
    definitions: BTreeMap<TypeName, Definition>,
    description: Arc<TypeDescription>,
    hash: TypeHash,
}

impl Described {
    /// Checks that every type is one, and that everything it refers to is described.
    fn of(description: &TypeDescription) -> Result<Self> {
        let root = definition(&description.type_description)?;
        let others = description.referenced_type_descriptions.iter().map(definition);
        let definitions: BTreeMap<_, _> = std::iter::once(Ok(root.clone()))
            .chain(others)
            .map(|definition| definition.map(|definition| (definition.type_name.clone(), definition)))
            .collect::<Result<_>>()?;
        let missing =
            |name: &TypeName| Error::new(ErrorKind::Definition, format!("`{name}` is not described"));
        let find =
            |name: &TypeName| definitions.get(name).cloned().map(Arc::new).ok_or_else(|| missing(name));
        let description = Arc::new(closure::describe(&root, find)?);
        let hash = TypeHash::of(&description)?;
        Ok(Self { root: root.type_name, definitions, description, hash })
    }

    /// Takes constants and comments from a text that a peer tells; returns what is wrong with it.
    fn add_text(&mut self, source: &TypeSource, teller: &str) -> Vec<Error> {
        let TypeSource { type_name, encoding, raw_file_contents: text } = source;
        if encoding == IMPLICIT {
            return Vec::new();
        }
        let parsed = TypeName::parse(type_name).and_then(|name| {
            let unknown = || {
                let message = format!("{type_name} of {teller}: a text in `{encoding}` is not read");
                Error::new(ErrorKind::Syntax, message)
            };
            let format = Format::from_extension(encoding).ok_or_else(unknown)?;
            Ok(expand(parse(&name, text, format, &format!("{name} of {teller}"))?))
        });
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return vec![error],
        };
        let mut complaints = Vec::new();
        for definition in parsed {
            let Some(told) = self.definitions.get_mut(&definition.type_name) else { continue };
            if definition.same_fields(told) {
                // Genuine nodes cut defaults that are not ASCII; what was described stays what it was.
                let description = told.description.clone();
                *told = Definition { description, ..definition };
            } else {
                complaints.push(disagreement(told, &definition, teller));
            }
        }
        complaints
    }
}

fn disagreement(described: &Definition, declared: &Definition, teller: &str) -> Error {
    let name = &described.type_name;
    let differences = Difference::in_words(&compare(described, declared), name.as_str());
    let message = format!("the text of {name} that {teller} tells declares something else: {differences}");
    Error::new(ErrorKind::TypeMismatch, message)
}

impl Registry {
    /// Adds a type as a peer describes it; returns its hash, under which
    /// [`find_by_hash`](Self::find_by_hash) has exactly this description from now on. Names that are not known
    /// yet get its definitions; known names keep their meaning, whatever a peer says of them.
    pub fn add_description(&self, description: &TypeDescription) -> Result<TypeHash> {
        Ok(self.add_told(description, &[], "")?.0)
    }

    /// The same, with the texts that `teller` says these types were declared in: constants and comments are only there.
    /// A text adds them if it declares the fields that are described. Returns what is wrong with the others too.
    pub fn add_told(
        &self,
        description: &TypeDescription,
        sources: &[TypeSource],
        teller: &str,
    ) -> Result<(TypeHash, Vec<Error>)> {
        let mut described = Described::of(description)?;
        let complaints = sources.iter().flat_map(|source| described.add_text(source, teller)).collect();
        let Described { definitions, description, hash, .. } = described;
        let (mut unknown, mut told) = (Vec::new(), Vec::new());
        for (name, definition) in definitions {
            match self.look_up(std::slice::from_ref(&name))? {
                None => unknown.push(definition),
                Some(known) if known.same_type(&definition) => {}
                Some(_) if definition.source.is_some() => told.push(definition),
                Some(_) => {}
            }
        }
        self.add_definitions(unknown);
        let mut state = self.write();
        for definition in told {
            let versions = state.told.entry(definition.type_name.clone()).or_default();
            if !versions.iter().any(|version| version.same_type(&definition)) {
                versions.push(Arc::new(definition));
            }
        }
        state.by_hash.insert(hash, description);
        Ok((hash, complaints))
    }

    /// The definition that is known for a description, with its constants and comments; one that is no more than it where
    /// there is none.
    pub fn definition_of(&self, described: &IndividualTypeDescription) -> Result<Arc<Definition>> {
        let name = TypeName::parse(&described.type_name)?;
        let mut known: Vec<_> = self.find(name.as_str()).into_iter().collect();
        known.extend(self.versions(&name).into_iter().rev());
        self.collect_told(&name, &mut known);
        known.retain(|definition| definition.description == *described);
        let with_text = known.iter().position(|definition| definition.source.is_some());
        if known.is_empty() {
            let kind = DefinitionKind::of_description(described);
            return Ok(Arc::new(Definition::of_description(name, kind, described.clone())));
        }
        Ok(known.swap_remove(with_text.unwrap_or(0)))
    }

    fn collect_told(&self, name: &TypeName, told: &mut Vec<Arc<Definition>>) {
        told.extend(self.read().told.get(name).into_iter().flatten().cloned());
        if let Behind::Parent(parent) = &self.behind {
            parent.collect_told(name, told);
        }
    }

    /// Adds the types of a `TypeDescription` in JSON, as it is or as ROS installs it beside the interface files, with
    /// hashes, which must be right. Returns their names, that of the described type first. `file` is the name that
    /// errors show.
    pub fn add_description_json(&self, text: &str, file: &str) -> Result<Vec<TypeName>> {
        let about = |error: Error| Error::new(error.kind(), format!("{file}: {error}"));
        let (description, hashes) = read_json(text).map_err(about)?;
        for NamedHash { type_name, hash_string } in hashes {
            if description.find(type_name.as_str()).is_none() {
                continue;
            }
            let hash = TypeHash::of(&description.part(type_name.as_str()).map_err(about)?).map_err(about)?;
            if hash.to_string() != hash_string {
                let message = format!("{file}: `{type_name}` has the hash {hash}, not {hash_string}");
                return Err(Error::new(ErrorKind::TypeMismatch, message));
            }
        }
        let Described { root, definitions, description, hash } =
            Described::of(&description).map_err(about)?;
        let others = definitions.keys().filter(|name| **name != root).cloned();
        let names = std::iter::once(root.clone()).chain(others).collect();
        self.add_recorded(definitions.into_values().collect());
        self.write().by_hash.insert(hash, description);
        Ok(names)
    }
}

fn read_json(text: &str) -> Result<(TypeDescription, Vec<NamedHash>)> {
    let malformed =
        |error: serde_json::Error| Error::new(ErrorKind::Json, format!("not a type description: {error}"));
    let value: serde_json::Value = serde_json::from_str(text).map_err(malformed)?;
    if value.get("type_description_msg").is_some() {
        let installed: Installed = serde_json::from_value(value).map_err(malformed)?;
        return Ok((installed.type_description_msg, installed.type_hashes));
    }
    Ok((serde_json::from_value(value).map_err(malformed)?, Vec::new()))
}

/// The definition of one described type. Its members need names that can be names.
pub(super) fn definition(individual: &IndividualTypeDescription) -> Result<Definition> {
    let name = TypeName::parse(&individual.type_name)?;
    let mut seen = HashSet::new();
    for field in &individual.fields {
        let is_name = !field.name.is_empty()
            && !field.name.starts_with(|c: char| c.is_ascii_digit())
            && field.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let problem = match () {
            () if !is_name => "is not a name of a field",
            () if !seen.insert(&field.name) => "is described twice",
            () => continue,
        };
        let message = format!("`{}` {problem}", field.name);
        return Err(Error::new(ErrorKind::Definition, message).in_type(&name));
    }
    if individual.fields.is_empty() {
        return Err(Error::new(ErrorKind::Definition, "a type without fields").in_type(&name));
    }
    Ok(Definition::of_description(name, DefinitionKind::of_description(individual), individual.clone()))
}
