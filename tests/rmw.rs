//! The `rmw` room against what genuine nodes wrote: `fixtures/rmw_zenoh`, and the full captures where they are.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ros_z_dynamic::rmw::{Attachment, Gid, LivelinessToken, TopicKey};
use serde_json::Value;

fn fixture(name: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rmw_zenoh").join(name);
    let text = fs::read_to_string(path).unwrap();
    let rows: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    rows.iter().map(|row| row.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap()).collect()
}

fn bytes_of_hex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// What an observer that knows nothing of buffer backends makes of a token: its gid, or that it is refused.
fn observed(token: &str) -> Option<Gid> {
    let mut token: LivelinessToken = token.parse().ok()?;
    if let Some(endpoint) = &mut token.endpoint {
        endpoint.backends = None;
    }
    Some(token.gid())
}

#[test]
fn tokens_print_as_they_were_and_have_the_gid_that_the_graph_showed() {
    let rows = fixture("tokens.txt");
    assert!(rows.len() >= 12);
    for (gid, text) in rows {
        let token: LivelinessToken = text.parse().unwrap();
        assert_eq!(token.to_string(), text);
        assert_eq!(token.gid().to_string(), gid, "{text}");
    }
}

#[test]
fn other_tokens_are_taken_and_refused_as_by_a_genuine_observer() {
    let rows = fixture("parsing.txt");
    assert!(rows.len() >= 36);
    for (outcome, token) in rows {
        match &*outcome {
            "refused" => assert_eq!(observed(&token), None, "{token}"),
            "listed" => assert!(observed(&token).is_some(), "{token}"),
            gid => assert_eq!(observed(&token), Some(gid.parse().unwrap()), "{token}"),
        }
    }
}

#[test]
fn keys_and_attachments_print_as_they_were() {
    let rows = fixture("samples.txt");
    assert!(rows.len() >= 12);
    for (attachment, key) in rows {
        check_key(&key);
        check_attachment(&bytes_of_hex(&attachment));
    }
}

fn check_key(key: &str) {
    assert_eq!(key.parse::<TopicKey>().unwrap().to_string(), key);
}

fn check_attachment(bytes: &[u8]) -> Attachment {
    let attachment = Attachment::parse(bytes).unwrap();
    assert_eq!(attachment.to_bytes()[..], bytes[..Attachment::SIZE]);
    attachment
}

/// The captures beside the repository; `None`, with a word about it, where they are not.
fn captures() -> Option<Vec<(String, Value)>> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/captures");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: {} is not there", folder.display());
        return None;
    };
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
    };
    Some(entries.map(|entry| read(entry.unwrap().path())).collect())
}

/// Every object of a document.
fn objects<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.push(value);
            members.values().for_each(|member| objects(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        _ => {}
    }
}

fn text<'a>(object: &'a Value, member: &str) -> Option<&'a str> {
    object.get(member).and_then(Value::as_str)
}

#[derive(Default, Debug)]
struct Counts {
    tokens: usize,
    keys: usize,
    attachments: usize,
    refused_attachments: usize,
    graph_gids: usize,
    attachment_gids: usize,
}

impl Counts {
    /// The tokens of a capture parse and print as they were; returns the gids of its entities.
    fn tokens(&mut self, objects: &[&Value]) -> HashSet<Gid> {
        let is_token = |object: &&&Value| text(object, "what") == Some("token");
        let tokens = objects.iter().filter(is_token).filter_map(|object| text(object, "key"));
        let gid = |token: &str| {
            self.tokens += 1;
            let parsed: LivelinessToken = token.parse().unwrap();
            assert_eq!(parsed.to_string(), token);
            if let Some(key) = parsed.topic_key() {
                check_key(&key.to_string());
            }
            parsed.gid()
        };
        tokens.map(gid).collect()
    }

    fn key_and_attachment(&mut self, object: &Value) -> Option<Attachment> {
        object.get("attachment").or(object.get("what"))?;
        if let Some((key, _)) = text(object, "key").map(|key| key.split_once("/@adv/").unwrap_or((key, "")))
            && !key.starts_with("@ros2_lv/")
            && !key.ends_with("/**")
        {
            self.keys += 1;
            check_key(key);
        }
        let bytes = bytes_of_hex(text(object, "attachment")?);
        if bytes.len() == 77 {
            self.attachments += 1;
            return Some(Attachment::parse(&bytes).unwrap());
        }
        if bytes.len() < Attachment::SIZE {
            self.refused_attachments += 1;
            assert!(Attachment::parse(&bytes).is_err());
            return None;
        }
        self.attachments += 1;
        Some(check_attachment(&bytes))
    }

    /// The gids that the graph API showed are gids of this capture's entities.
    fn graph_gids(&mut self, capture: &Value, entities: &HashSet<Gid>) {
        let named = capture.get("graph_gids").and_then(Value::as_object).into_iter().flat_map(|m| m.values());
        let listed = capture.get("endpoint_info").and_then(Value::as_array).into_iter().flatten();
        for gid in named.chain(listed.filter_map(|info| info.get("gid"))) {
            self.graph_gids += 1;
            assert!(entities.contains(&gid.as_str().unwrap().parse().unwrap()), "{gid}");
        }
    }
}

#[test]
fn every_captured_token_key_and_attachment_is_understood() {
    let Some(captures) = captures() else { return };
    let mut counts = Counts::default();
    for (name, capture) in &captures {
        let mut found = Vec::new();
        objects(capture, &mut found);
        let entities = counts.tokens(&found);
        counts.graph_gids(capture, &entities);
        for object in found {
            let Some(attachment) = counts.key_and_attachment(object) else { continue };
            let from_a_node = text(object, "what") == Some("sample") && !name.contains("raw");
            if from_a_node && !entities.is_empty() {
                counts.attachment_gids += 1;
                assert!(entities.contains(&attachment.source_gid), "{name}: {attachment:?}");
            }
        }
    }
    println!("{counts:?}");
    assert!(counts.tokens >= 754 && counts.keys >= 400 && counts.graph_gids >= 100, "{counts:?}");
    assert!(counts.attachments >= 245 && counts.refused_attachments >= 8, "{counts:?}");
    assert!(counts.attachment_gids >= 114, "{counts:?}");
}
