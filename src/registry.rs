//! throw-away registry until branch `types` lands
#![allow(missing_docs)]
use crate::idl::{Format, parse};
use crate::{error::*, schema::*, type_db};
use std::collections::BTreeMap;
use std::path::*;
use std::sync::{Arc, RwLock};
pub struct Registry {
    own: RwLock<BTreeMap<String, Arc<Definition>>>,
}
impl Registry {
    pub fn new() -> Self {
        Self { own: Default::default() }
    }
    pub fn child_of(_: Arc<Self>) -> Self {
        Self::new()
    }
    pub fn set_search_path(&self, _: Vec<PathBuf>) {}
    pub fn load(&self, p: &Path) -> Result<Vec<TypeName>> {
        let text = std::fs::read_to_string(p)
            .map_err(|e| Error::new(ErrorKind::Io, format!("{}: {e}", p.display())))?;
        let mut parts = p.iter().rev().map(|p| p.to_string_lossy().to_string());
        let (f, ns, pkg) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let name = format!("{pkg}/{ns}/{}", f.split('.').next().unwrap_or_default());
        self.add_text(&name, &text, Format::parse(&ns)?)
    }
    pub fn add_text(&self, n: &str, t: &str, f: Format) -> Result<Vec<TypeName>> {
        let name = TypeName::parse(n)?;
        let defs = expand(parse(&name, t, f, n)?);
        let mut own = self.own.write().map_err(|_| Error::new(ErrorKind::Io, ""))?;
        Ok(defs
            .into_iter()
            .map(|d| {
                let n = d.type_name.clone();
                own.insert(n.as_str().into(), Arc::new(d));
                n
            })
            .collect())
    }
    pub fn add_schema(&self, root: &str, text: &str) -> Result<TypeName> {
        let name = TypeName::parse(root)?;
        let sep = "=".repeat(80);
        for (i, part) in text.split(&sep).enumerate() {
            let part = part.trim_start_matches('\n');
            let (n, body) = if i == 0 {
                (name.clone(), part)
            } else {
                let (head, body) = part.split_once('\n').unwrap_or((part, ""));
                (TypeName::parse(head.trim_start_matches("MSG: "))?, body)
            };
            self.add_text(n.as_str(), body, Format::Msg)?;
        }
        Ok(name)
    }
    pub fn find(&self, n: &str) -> Result<Arc<Definition>> {
        for c in TypeName::candidates(n)? {
            if let Some(d) = self.own.read().ok().and_then(|o| o.get(c.as_str()).cloned()) {
                return Ok(d);
            }
            if let Some(d) = type_db::find(&c).and_then(|ds| ds.iter().find(|d| d.type_name == c)) {
                return Ok(d.clone());
            }
        }
        Err(Error::new(ErrorKind::UnknownType, format!("{n} unknown")))
    }
    pub fn describe(&self, n: &TypeName) -> Result<Arc<TypeDescription>> {
        let root = self.find(n.as_str())?;
        let mut refs = BTreeMap::new();
        let mut open = vec![root.clone()];
        while let Some(d) = open.pop() {
            for f in &d.description.fields {
                let n = &f.field_type.nested_type_name;
                if !n.is_empty() && !refs.contains_key(n) {
                    let x = self.find(n)?;
                    refs.insert(n.clone(), x.description.clone());
                    open.push(x);
                }
            }
        }
        Ok(Arc::new(TypeDescription {
            type_description: root.description.clone(),
            referenced_type_descriptions: refs.into_values().collect(),
        }))
    }
    pub fn hash(&self, n: &TypeName) -> Result<TypeHash> {
        TypeHash::of(&*self.describe(n)?)
    }
    pub fn names(&self) -> Vec<TypeName> {
        let own = self.own.read().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        type_db::names().map(str::to_owned).chain(own).filter_map(|n| TypeName::parse(&n).ok()).collect()
    }
}
