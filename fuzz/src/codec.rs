//! Mutated payloads and JSON text against the codec.

use std::fs;
use std::path::Path;

use ros_z_dynamic::codec::Plan;
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::TypeName;

use crate::attack::Subject;
use crate::{Target, template};

/// What is done with a payload or a text.
type Attack = fn(&Subject, &[u8]) -> Result<usize, String>;

/// How an input is made.
type Make = fn(&Subject, &mut fastrand::Rng) -> Vec<u8>;

/// The built-in message types and those of the fixtures.
pub struct Codec {
    subjects: Vec<Subject>,
    make: Make,
    attack: Attack,
    keeps_payloads: bool,
}

impl Codec {
    /// Everything that reads payloads: no panic, bounded memory.
    pub fn decode_any() -> Self {
        let attack: Attack = |subject, payload| subject.decode_any(payload);
        Self { subjects: subjects(), make: Subject::payload, attack, keeps_payloads: true }
    }

    /// All readers agree.
    pub fn skip_vs_decode() -> Self {
        let attack: Attack = |subject, payload| subject.skip_vs_decode(payload);
        Self { subjects: subjects(), make: Subject::payload, attack, keeps_payloads: true }
    }

    /// JSON text to a payload and back.
    pub fn json_roundtrip() -> Self {
        let attack: Attack = |subject, text| subject.json_roundtrip(text);
        Self { subjects: subjects(), make: Subject::text, attack, keeps_payloads: false }
    }
}

impl Target for Codec {
    type Input = (usize, String, Vec<u8>);

    fn make(&self, random: &mut fastrand::Rng) -> Self::Input {
        let index = random.usize(..self.subjects.len());
        let subject = &self.subjects[index];
        let name = subject.plan.type_name().as_str().replace('/', ".");
        (index, name, (self.make)(subject, random))
    }

    fn answer(&self, (index, name, input): &Self::Input) -> String {
        match (self.attack)(&self.subjects[*index], input) {
            Ok(length) => format!("{name}: taken, about {} bytes", length.next_power_of_two()),
            Err(message) => format!("{name}: {}", template(&message)),
        }
    }

    fn keep(&mut self, (index, _, input): Self::Input) {
        if self.keeps_payloads {
            self.subjects[index].payloads.push(input);
        }
    }

    fn file((_, name, input): &Self::Input) -> (String, &[u8]) {
        (name.clone(), input)
    }
}

fn subjects() -> Vec<Subject> {
    let registry = Registry::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cdr/golden_msgs");
    for entry in fs::read_dir(folder).expect("the fixtures") {
        let folder = entry.expect("an entry").path();
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
        let text = fs::read_to_string(folder.join(format!("{name}.msg"))).expect("a definition");
        registry.add_text(&format!("golden_msgs/msg/{name}"), &text, Format::Msg).expect("a type");
    }
    let names: Vec<TypeName> = registry.names().into_iter().filter(|name| name.namespace() == "msg").collect();
    let plan = |name| Plan::compile(&registry.describe(name).expect("a type")).expect("a plan");
    names.iter().map(|name| Subject::of(plan(name))).collect()
}
