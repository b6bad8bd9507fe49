//! Properties of the codec over random schemas and values: equal to the slow codec both ways, lossless in every
//! representation, and of one mind about what is valid.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;
mod reference;

use std::sync::Arc;

use common::{describe, shape, value};
use proptest::prelude::*;
use ros_z_dynamic::codec::{
    Endian, JsonBytes, JsonOutput, Plan, decode_value, encode_value, from_json, skip, to_json, validate,
};

fn case()
-> impl Strategy<Value = (Vec<(common::Shape, ros_z_dynamic::schema::Cardinality)>, ros_z_dynamic::codec::Value)>
{
    shape().prop_flat_map(|members| (Just(members.clone()), value(members)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_equal_the_reference_and_survive((members, value) in case()) {
        let plan = Plan::compile(&Arc::new(describe(&members))).unwrap();
        for endian in [Endian::Little, Endian::Big] {
            let payload = encode_value(&plan, &value, endian).unwrap();
            prop_assert_eq!(&payload, &reference::encode(plan.description(), &value, endian));
            let slow = reference::decode(plan.description(), &payload).unwrap();
            prop_assert_eq!((&slow.value, slow.used), (&value, payload.len()));
            prop_assert!(slow.padding.iter().all(|&at| payload[at] == 0));
            prop_assert_eq!(&decode_value(&plan, &payload).unwrap(), &value);
            prop_assert_eq!(validate(&plan, &payload).unwrap(), payload.len());
            prop_assert_eq!(skip(&plan, &payload).unwrap(), payload.len());
        }
    }

    #[test]
    fn json_survives((members, value) in case()) {
        let plan = Plan::compile(&Arc::new(describe(&members))).unwrap();
        let payload = encode_value(&plan, &value, Endian::Little).unwrap();
        for bytes in [JsonBytes::Base64, JsonBytes::Array] {
            let text = to_json(&plan, &payload, &JsonOutput { bytes }).unwrap();
            prop_assert_eq!(&from_json(&plan, &text, &Default::default()).unwrap(), &payload);
            let swapped = reverse_members(&text);
            prop_assert_eq!(&from_json(&plan, &swapped, &Default::default()).unwrap(), &payload);
        }
    }

    #[test]
    fn prefixes_and_changed_bytes_get_one_verdict(
        (members, value) in case(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        endian in prop::sample::select(vec![Endian::Little, Endian::Big]),
    ) {
        let plan = Plan::compile(&Arc::new(describe(&members))).unwrap();
        let mut payload = encode_value(&plan, &value, endian).unwrap();
        for (index, byte) in changes {
            let at = index.index(payload.len());
            payload[at] = byte;
        }
        for payload in [&payload[..], &payload[..cut.index(payload.len())]] {
            let verdicts = [
                validate(&plan, payload),
                skip(&plan, payload),
                decode_value(&plan, payload).and_then(|_| validate(&plan, payload)),
                to_json(&plan, payload, &Default::default()).and_then(|_| skip(&plan, payload)),
            ];
            let shown: Vec<String> = verdicts
                .iter()
                .map(|verdict| verdict.as_ref().map_or_else(ToString::to_string, ToString::to_string))
                .collect();
            prop_assert!(shown.iter().all(|verdict| *verdict == shown[0]), "{:?}", shown);
            let slow = reference::decode(plan.description(), payload);
            prop_assert_eq!(verdicts[0].as_ref().ok(), slow.as_ref().map(|slow| &slow.used).ok());
            if let Ok(slow) = slow {
                // As text, in which NaN is equal to itself.
                let value = decode_value(&plan, payload).unwrap();
                prop_assert_eq!(format!("{value:?}"), format!("{:?}", slow.value));
            }
        }
    }
}

/// The same JSON with the members of every object in reverse order. Lone surrogates keep serde_json from reading some
/// texts; those are returned as they are.
fn reverse_members(text: &[u8]) -> Vec<u8> {
    fn reverse(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(members) => {
                members.into_iter().rev().map(|(name, value)| (name, reverse(value))).collect()
            }
            serde_json::Value::Array(items) => items.into_iter().map(reverse).collect(),
            other => other,
        }
    }
    match serde_json::from_slice(text) {
        Ok(value) => serde_json::to_vec_pretty(&reverse(value)).unwrap(),
        Err(_) => text.to_vec(),
    }
}
