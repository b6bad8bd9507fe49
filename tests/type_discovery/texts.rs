//! The texts that come with descriptions: constants, comments and defaults of learned types, and texts that are not what
//! is described.

use std::thread;

use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::{Definition, TypeSource};
use serde_json::json;

use super::*;

fn source(type_name: &str, encoding: &str, text: &str) -> TypeSource {
    let (type_name, encoding) = (type_name.to_owned(), encoding.to_owned());
    TypeSource { type_name, encoding, raw_file_contents: text.to_owned() }
}

fn constants(definition: &Definition) -> Vec<(&str, String)> {
    let constants = definition.constants.iter();
    constants.map(|constant| (constant.name.as_str(), constant.value.to_python())).collect()
}

#[test]
fn a_learned_type_has_its_constants_comments_and_defaults() {
    let (router, ours) = (router(), Registry::new());
    let theirs = Registry::new();
    theirs.add_text("my_msgs/msg/Part", PART, Format::Msg).unwrap();
    theirs.add_text(PROBE, &format!("# A probe.\n{TEXT}"), Format::Msg).unwrap();
    let _publisher = publisher(&node(&router, "talker"), "/probe", &theirs, PROBE);
    node(&router, "listener").learn_topic_type(&ours, "/probe", DEADLINE).unwrap();
    let learned = ours.find(PROBE).unwrap();
    assert_eq!(constants(&learned), [("COUNT", "3".to_owned())]);
    assert_eq!(learned.comment, ["A probe."]);
    assert_eq!(learned.description.fields[2].default_value, "none");
    // It is told on as it was learned.
    let text = learned.source.clone().unwrap();
    assert_eq!((text.encoding, &*text.text), ("msg", format!("# A probe.\n{TEXT}").as_str()));
    assert_eq!(&*text.file, "my_msgs/msg/Probe of node /talker");
}

#[test]
fn constants_of_a_name_that_means_something_else_here() {
    let (router, theirs, ours) = (router(), with_probe(), Registry::new());
    ours.add_text(PROBE, "int64 other\nint64 OTHER=1\n", Format::Msg).unwrap();
    let _publisher = publisher(&node(&router, "talker"), "/probe", &theirs, PROBE);
    let learned = node(&router, "listener").learn_topic_type(&ours, "/probe", DEADLINE).unwrap();
    let told = ours.definition_of(&learned.description.type_description).unwrap();
    assert_eq!(constants(&told), [("COUNT", "3".to_owned())]);
    assert_eq!(constants(&ours.find(PROBE).unwrap()), [("OTHER", "1".to_owned())]);
    // Also for who sees it through another registry.
    let child = Registry::child_of(Arc::new(ours));
    let told = child.definition_of(&learned.description.type_description).unwrap();
    assert_eq!(constants(&told), [("COUNT", "3".to_owned())]);
}

#[test]
fn constants_of_a_service_are_those_of_its_parts() {
    let theirs = Registry::new();
    let text = "uint8 FAST=1\nuint8 mode\n---\nuint8 OK=0\nuint8 result\n";
    theirs.add_text("my_msgs/srv/Run", text, Format::Srv).unwrap();
    let description = theirs.describe(&name("my_msgs/srv/Run")).unwrap();
    let ours = Registry::new();
    let sources = [
        source("my_msgs/srv/Run", "srv", text),
        source("my_msgs/srv/Run_Request", "implicit", ""),
        source("my_msgs/srv/Run_Event", "implicit", ""),
    ];
    let (_, complaints) = ours.add_told(&description, &sources, "node /a").unwrap();
    assert!(complaints.is_empty(), "{complaints:?}");
    let part = |part: &str| ours.find(&format!("my_msgs/srv/Run_{part}")).unwrap();
    assert_eq!(constants(&part("Request")), [("FAST", "1".to_owned())]);
    assert_eq!(constants(&part("Response")), [("OK", "0".to_owned())]);
}

#[test]
fn a_text_that_is_not_what_is_described_is_ignored_with_the_reason() {
    let theirs = with_probe();
    let description = theirs.describe(&name(PROBE)).unwrap();
    let part = source("my_msgs/msg/Part", "msg", "float32[] samples\nint32 SIZE=4\n");
    for (told, complaint) in [
        (
            source(PROBE, "msg", "int32 COUNT=9\nfloat64 money\n"),
            "the text of my_msgs/msg/Probe that node /a tells declares something else: at: removed, was \
             geometry_msgs/Point; parts: removed, was my_msgs/Part[<=3]; label: removed, was string<=16 = 'none'; \
             money: added, is float64",
        ),
        (
            source(PROBE, "msg", "int32 1x\n"),
            "my_msgs/msg/Probe of node /a:1:7: expected a field name, found `1x`: it must begin with a lower-case letter",
        ),
        (source(PROBE, "dynamic", TEXT), "my_msgs/msg/Probe of node /a: a text in `dynamic` is not read"),
        (source("no name", "msg", TEXT), "`no name` is not a type name; expected `package/msg/Name`"),
    ] {
        let ours = Registry::new();
        let (hash, complaints) = ours.add_told(&description, &[told, part.clone()], "node /a").unwrap();
        assert_eq!(complaints.iter().map(ToString::to_string).collect::<Vec<_>>(), [complaint]);
        // The description stands, and what the other texts say.
        assert_eq!(hash, theirs.hash(&name(PROBE)).unwrap());
        let learned = ours.find(PROBE).unwrap();
        assert_eq!((constants(&learned), learned.source.clone()), (vec![], None));
        assert_eq!(learned.description, description.type_description);
        assert_eq!(constants(&ours.find("my_msgs/msg/Part").unwrap()), [("SIZE", "4".to_owned())]);
    }
    // Defaults are those of the description.
    let ours = Registry::new();
    let other = source(PROBE, "msg", &TEXT.replace("none", "some"));
    assert!(ours.add_told(&description, &[other], "node /a").unwrap().1.is_empty());
    let learned = ours.find(PROBE).unwrap();
    assert_eq!(
        (constants(&learned).len(), learned.description.fields[2].default_value.as_str()),
        (1, "none")
    );
    // A text of a type that is not described says nothing.
    let ours = Registry::new();
    let other = source("my_msgs/msg/Other", "msg", "int32 x\n");
    assert!(ours.add_told(&description, &[other], "node /a").unwrap().1.is_empty());
    assert!(ours.find("my_msgs/msg/Other").is_err());
}

#[test]
fn texts_of_a_node_that_lies_in_them_only() {
    let (router, theirs, service) = (router(), with_probe(), Service::get());
    let (ours, hash) = (Registry::new(), theirs.hash(&name(PROBE)).unwrap().to_string());
    let liar = builder(&router).build().unwrap().create_node("liar").with_type_description_service(false);
    let liar = liar.build().unwrap();
    let server = service.server(&liar);
    let _publisher = liar.create_publisher("/probe", &name(PROBE), &hash, QosProfile::DEFAULT).unwrap();
    let answer = json!({
        "successful": true,
        "type_description": &*theirs.describe(&name(PROBE)).unwrap(),
        "type_sources": [source(PROBE, "msg", "int32 COUNT=9\nfloat64 money\n")],
    });
    let listener = node(&router, "listener");
    thread::scope(|scope| {
        scope.spawn(|| service.answer(&server, &answer));
        let learned = listener.learn_topic_type(&ours, "/probe", DEADLINE).unwrap();
        assert_eq!(learned.description, theirs.describe(&name(PROBE)).unwrap());
    });
    assert!(ours.find(PROBE).unwrap().constants.is_empty());
}
