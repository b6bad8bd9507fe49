//! What hostile bytes and text must not achieve, and how they are made. Used by the tests beside this file and by the
//! fuzzers in `fuzz/`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use allocation_counter::measure;
use ros_z_dynamic::Error;
use ros_z_dynamic::codec::{
    Encapsulation, Endian, JsonOutput, Place, Plan, Value, decode_value, encode_value, from_json, skip,
    to_json, validate,
};

use crate::parts::{Way, decode_in_parts};
use crate::reference;

/// Memory that a call may use besides what the input accounts for: an error with its path, a first buffer.
const BASE: u64 = 8 << 10;

/// A tree of values takes so much a byte of the payload: a message of one byte is a map with one entry.
const TREE: u64 = 512;

/// JSON text takes so much a byte of the payload, names of fields not counted; buffers grow by doubling.
const TEXT: u64 = 64;

/// How many parts of a payload are read.
const WAYS: usize = 3;

/// A type, and payloads of it to begin with.
pub struct Subject {
    pub plan: Arc<Plan>,
    pub payloads: Vec<Vec<u8>>,
}

impl Subject {
    /// A type with the payload of its defaults.
    pub fn of(plan: Arc<Plan>) -> Self {
        let payload = from_json(&plan, b"{}", &Default::default()).expect("every type has defaults");
        Self { plan, payloads: vec![payload] }
    }

    fn one<'s>(&'s self, random: &mut fastrand::Rng) -> &'s [u8] {
        &self.payloads[random.usize(..self.payloads.len())]
    }

    /// A payload that was changed in some places, or random bytes behind a good header.
    pub fn payload(&self, random: &mut fastrand::Rng) -> Vec<u8> {
        let mut payload = self.one(random).to_vec();
        if random.u8(..16) == 0 {
            payload.truncate(4);
            payload.extend((0..random.usize(..64)).map(|_| random.u8(..)));
        }
        for _ in 0..random.usize(..4) {
            mutate(&mut payload, random);
        }
        payload
    }

    /// JSON text of a payload that was changed in some places.
    pub fn text(&self, random: &mut fastrand::Rng) -> Vec<u8> {
        let payload = self.payload(random);
        let text = to_json(&self.plan, &payload, &JsonOutput::default());
        let mut text = text.unwrap_or_else(|_| b"{}".to_vec());
        for _ in 0..random.usize(..4) {
            mutate_text(&mut text, random);
        }
        text
    }

    /// The most bytes on the wire that a message of the plan has by itself, names of its fields included: what `{}` in
    /// JSON, and one byte in a payload, can stand for.
    fn greatest_message(&self) -> u64 {
        let sizes = self.plan.layouts().iter().map(|layout| {
            let names: usize = layout.fields.iter().map(|field| field.name.len() + 4).sum();
            layout.least_size + 8 * layout.fields.len() + names
        });
        sizes.max().unwrap_or_default() as u64
    }

    /// Everything that reads a payload: no panic, and memory bounded by its size. Returns what is said about it.
    pub fn decode_any(&self, payload: &[u8]) -> Result<usize, String> {
        let (plan, size) = (&*self.plan, payload.len() as u64);
        let mut said = Ok(0);
        let nothing = measure(|| said = text_of(validate(plan, payload)));
        assert_bound("validate", nothing.bytes_max, BASE);
        let nothing = measure(|| drop(skip(plan, payload)));
        assert_bound("skip", nothing.bytes_max, BASE);
        let tree = measure(|| drop(decode_value(plan, payload)));
        assert_bound("decode", tree.bytes_max, BASE + TREE * size);
        let text = measure(|| drop(to_json(plan, payload, &JsonOutput::default())));
        assert_bound("to_json", text.bytes_max, BASE + (TEXT + 4 * self.greatest_message()) * size);
        for way in self.ways(payload) {
            let part = measure(|| drop(way.getter.value(payload)));
            assert_bound("get", part.bytes_max, BASE + TREE * size);
            let length = measure(|| drop(way.getter.length(payload)));
            assert_bound("length", length.bytes_max, BASE);
            let answer = measure(|| drop(way.filter.as_ref().map(|filter| filter.matches(payload))));
            assert_bound("filter", answer.bytes_max, BASE + TEXT * size);
        }
        let view = measure(|| drop(self.decode_in_parts(payload)));
        assert_bound("parts", view.bytes_max, BASE + 2 * TREE * size);
        said
    }

    /// Some ways into the message, always the same ones for a payload.
    fn ways(&self, payload: &[u8]) -> impl Iterator<Item = Way> {
        let mut hasher = DefaultHasher::new();
        payload.hash(&mut hasher);
        let mut random = fastrand::Rng::with_seed(hasher.finish());
        (0..WAYS).filter_map(move |_| Way::random(&self.plan, &mut random))
    }

    fn decode_in_parts(&self, payload: &[u8]) -> Result<Value, Error> {
        Encapsulation::read(payload)?;
        decode_in_parts(&self.plan, payload, Place::root(&self.plan), payload.len().is_multiple_of(2))
    }

    /// All readers, and the slow one, agree whether a payload holds a message and how long it is; the fast ones also
    /// on why not and where, also when they read a part, or part by part. What is in the padding changes nothing, and
    /// what was read can be written.
    pub fn skip_vs_decode(&self, payload: &[u8]) -> Result<usize, String> {
        let plan = &*self.plan;
        let said = text_of(validate(plan, payload));
        assert_eq!(text_of(skip(plan, payload)), said, "skip");
        let whole = decode_value(plan, payload);
        let value = text_of(whole.clone());
        assert_eq!(value.as_ref().err(), said.as_ref().err(), "decode");
        let text = text_of(to_json(plan, payload, &JsonOutput::default()));
        assert_eq!(text.err(), said.clone().err(), "to_json");
        let slow = reference::decode(plan.description(), payload);
        assert_eq!(slow.as_ref().map(|slow| slow.used).ok(), said.clone().ok(), "the slow decoder: {said:?}");
        let before = slow.as_ref().err().and_then(|refused| refused.before.as_ref());
        self.ways(payload).for_each(|way| way.check(payload, &whole, before));
        let in_parts =
            self.decode_in_parts(payload).map_err(|error| error.in_type(plan.type_name()).to_string());
        assert_eq!(format!("{in_parts:?}"), format!("{value:?}"), "part by part");
        if let (Ok(slow), Ok(value)) = (slow, value) {
            // As text, in which NaN is equal to itself.
            let shown = format!("{:?}", slow.value);
            assert_eq!(format!("{value:?}"), shown);
            let mut dirty = payload.to_vec();
            slow.padding.iter().for_each(|&at| dirty[at] ^= 0xff);
            assert_eq!(format!("{:?}", decode_value(plan, &dirty).expect("only padding differs")), shown);
            let swapped = encode_value(plan, &value, Endian::Big).expect("what was read can be written");
            assert_eq!(swapped, reference::encode(plan.description(), &slow.value, Endian::Big));
        }
        said
    }

    /// Text that is taken becomes a payload that becomes text that becomes the same payload; memory is bounded by the
    /// size of the text and of what it leaves to defaults.
    pub fn json_roundtrip(&self, text: &[u8]) -> Result<usize, String> {
        let (plan, options) = (&*self.plan, Default::default());
        let mut written = Ok(vec![]);
        let used = measure(|| written = from_json(plan, text, &options));
        let bound = BASE + (TEXT + 4 * self.greatest_message()) * (text.len() as u64 + 1);
        assert_bound("from_json", used.bytes_max, bound);
        let payload = text_of(written)?;
        assert_eq!(validate(plan, &payload).map_err(|error| error.to_string()), Ok(payload.len()));
        let again = to_json(plan, &payload, &JsonOutput::default()).expect("what was written can be read");
        assert_eq!(from_json(plan, &again, &options).expect("what is written as JSON is read"), payload);
        Ok(payload.len())
    }
}

fn text_of<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn assert_bound(what: &str, bytes: u64, bound: u64) {
    assert!(bytes <= bound, "{what} used {bytes} bytes; at most {bound} are expected");
}

/// Changes bytes: the ones that lengths are made of above all.
fn mutate(payload: &mut Vec<u8>, random: &mut fastrand::Rng) {
    const LENGTHS: [u32; 10] = [0, 1, 2, 3, 255, 0xffff, 0x00ff_ffff, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff];
    let at = random.usize(..=payload.len());
    match random.u8(..8) {
        0 => payload.truncate(at),
        1 => payload.extend((0..random.usize(..12)).map(|_| random.u8(..))),
        2 => payload.insert(at, random.u8(..)),
        3 if at < payload.len() => drop(payload.remove(at)),
        4 | 5 => {
            let at = at & !3;
            let length = LENGTHS[random.usize(..LENGTHS.len())];
            let bytes = if random.bool() { length.to_le_bytes() } else { length.to_be_bytes() };
            if let Some(place) = payload.get_mut(at..at + 4) {
                place.copy_from_slice(&bytes);
            }
        }
        6 if random.bool() => payload.get_mut(..4).into_iter().for_each(|header| header[1] ^= 1),
        _ => {
            if let Some(byte) = payload.get_mut(at) {
                *byte = if random.bool() { *byte ^ (1 << random.u8(..8)) } else { random.u8(..) };
            }
        }
    }
}

/// Changes text: parts cut out, doubled or moved, and what means something in JSON put in.
fn mutate_text(text: &mut Vec<u8>, random: &mut fastrand::Rng) {
    const PARTS: [&[u8]; 30] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\\u",
        b"\\udc80",
        b"\\ud83d",
        b"null",
        b"true",
        b"NaN",
        b"\"NaN\"",
        b"\"-Infinity\"",
        b"-",
        b"0",
        b"1e400",
        b"1.5",
        b"9223372036854775808",
        b"-1",
        b"\"now\"",
        b"\"auto\"",
        b"\n",
        b"\0",
        b"\xff",
        b"[[[[[[[[",
        b"{\"",
        b"\"AAA=\"",
    ];
    let from = random.usize(..=text.len());
    let to = (from + random.usize(..24)).min(text.len());
    match random.u8(..6) {
        0 => drop(text.drain(from..to)),
        1 => text.extend_from_within(from..to),
        2 => {
            let part: Vec<u8> = text.drain(from..to).collect();
            let at = random.usize(..=text.len());
            text.splice(at..at, part).for_each(drop);
        }
        3 => {
            let part = PARTS[random.usize(..PARTS.len())];
            text.splice(from..to, part.iter().copied()).for_each(drop);
        }
        _ => {
            let part = PARTS[random.usize(..PARTS.len())];
            text.splice(from..from, part.iter().copied()).for_each(drop);
        }
    }
}
