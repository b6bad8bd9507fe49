//! Filters: what they answer, and what they say about text that is none.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::sync::Arc;

use ros_z_dynamic::codec::{Filter, Plan, from_json};
use ros_z_dynamic::error::{ErrorKind, Result};
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::TypeName;

const TEXT: &str = "int32 MANY=3\nstring HOME=map\nuint8 level 9\n\
    std_msgs/Header header\nfloat32[] ranges\nint64 small\nuint64 large\nfloat64 x\nbool on\nbool[] flags\n\
    string[] names\nwstring wide\nuint8[] data\ngeometry_msgs/Point[2] corners\n\
    diagnostic_msgs/DiagnosticStatus[] status\n";

const MESSAGE: &[u8] = br#"{
    "level": 3, "header": {"stamp": {"sec": 12, "nanosec": 34}, "frame_id": "lidar"}, "ranges": [0.25, 1.5, "NaN"],
    "small": -9223372036854775808, "large": 18446744073709551615, "x": 0.5, "on": true, "flags": [true, false],
    "names": ["hip", "knee", "it's"], "wide": "caf\u00e9 \ud83d\ude00", "data": [1, 2, 255],
    "corners": [{"x": 1}, {"x": 2}],
    "status": [{"level": 0, "name": "ok"}, {"level": 2, "name": "bad", "values": [{"key": "k", "value": "v"}]}]
}"#;

struct Subject {
    registry: Registry,
    plan: Arc<Plan>,
    payload: Vec<u8>,
}

impl Subject {
    fn new() -> Self {
        let registry = Registry::new();
        registry.add_text("p/msg/Scan", TEXT, Format::Msg).unwrap();
        let name = TypeName::parse("p/msg/Scan").unwrap();
        let plan = Plan::compile(&registry.describe(&name).unwrap()).unwrap();
        let payload = from_json(&plan, MESSAGE, &Default::default()).unwrap();
        Self { registry, plan, payload }
    }

    fn compile(&self, text: &str) -> Result<Filter> {
        Filter::compile(&self.plan, text, &|name| self.registry.find(name.as_str()).ok())
    }
}

const ANSWERS: [(&str, bool); 54] = [
    ("ranges[0] < 0.5 && header.frame_id == 'lidar'", true),
    ("ranges[0] < 0.5 && header.frame_id == \"camera\"", false),
    ("ranges[0] > 0.5 || ranges[1] > 0.5", true),
    ("ranges[0] > 0.5 or not ranges[1] > 2 and on", true),
    ("!on || on", true),
    ("!(on || on)", false),
    ("on", true),
    ("on == true && on != False && flags[1] == false", true),
    ("flags[0]", true),
    ("true", true),
    ("not true", false),
    // Missing items.
    ("ranges[3] < 0.5", false),
    ("ranges[3] != 0.5", false),
    ("!(ranges[3] < 0.5)", true),
    ("ranges[3] + 1 == ranges[3] + 1", false),
    ("flags[2]", false),
    ("!flags[2]", true),
    ("flags[2] == false", false),
    ("names[9] == 'hip'", false),
    ("status[7].level == 0", false),
    ("len(status[7].name) == 0", false),
    ("'x' in names[9]", false),
    // Numbers.
    ("large == 18446744073709551615", true),
    ("large > 9223372036854775807 && small < -9223372036854775807", true),
    ("large + 1 == 18446744073709551616", true),
    ("small == -0x8000000000000000", true),
    ("large == 18446744073709551616.0", false),
    ("x == .5 && x == 5e-1 && x == 0.5", true),
    ("2 * x + 1 == 2 && -x < 0 && 7 % 4 == 3 && 7 / 2 == 3.5", true),
    ("1 - 1 - 1 == -1 && 2 + 3 * 4 == 14 && (2 + 3) * 4 == 20", true),
    ("level % 0 == 0", false),
    ("header.stamp.sec * 1000000000 + header.stamp.nanosec == 12000000034", true),
    // NaN.
    ("ranges[2] == ranges[2]", false),
    ("ranges[2] != ranges[2]", true),
    ("ranges[2] < 0 || ranges[2] >= 0", false),
    // Text.
    ("header.frame_id < 'm' && header.frame_id >= 'lidar'", true),
    ("wide == 'caf\u{e9} \u{1f600}' && len(wide) == 6", true),
    ("names[2] == 'it\\'s' && names[2] == \"it's\"", true),
    ("'ida' in header.frame_id && header.frame_id contains 'lid'", true),
    ("'LIDAR' in header.frame_id", false),
    // Arrays and lists.
    ("len(ranges) == 3 && len(names) == 3 && len(header.frame_id) == 5 && len(corners) == 2", true),
    ("'knee' in names && !('foot' in names)", true),
    ("255 in data && data contains 2 && not 3 in data", true),
    ("1.5 in ranges && !(2 in ranges[0:1]) && 0.25 in ranges[:1]", true),
    ("header.frame_id in ['camera', 'lidar'] && level in [1, 2, 1 + 2]", true),
    ("level in [1, 2]", false),
    ("corners[1].x == 2 && corners[0].x == 1.0", true),
    // Constants.
    ("level == MANY", true),
    ("header.frame_id != HOME", true),
    ("status[1].level == ERROR && status[0].level == OK", true),
    ("status[1].level in [WARN, ERROR]", true),
    ("DiagnosticStatus.STALE == 3", true),
    ("status[1].values[0].value == 'v'", true),
    ("  on\n  and\n  on  ", true),
];

#[test]
fn answers() {
    let subject = Subject::new();
    for (text, expected) in ANSWERS {
        let filter = subject.compile(text).unwrap_or_else(|error| panic!("{error:#}"));
        assert_eq!(filter.matches(&subject.payload).unwrap(), expected, "{text}");
        assert_eq!(filter.to_string(), text);
    }
}

#[test]
fn only_what_is_read_is_decoded() {
    let subject = Subject::new();
    let after_stamp = &subject.payload[..16];
    for (text, expected) in
        [("header.stamp.sec == 12", Some(true)), ("on", None), ("level == 4 && on", Some(false))]
    {
        let found = subject.compile(text).unwrap().matches(after_stamp);
        assert_eq!(found.as_ref().ok(), expected.as_ref(), "{text}: {found:?}");
        if let Err(error) = found {
            assert_eq!((error.kind(), error.type_name()), (ErrorKind::Truncated, Some("p/msg/Scan")));
            assert_eq!((error.path().as_str(), error.offset()), ("header.frame_id", Some(16)));
        }
    }
    let error = subject.compile("true").unwrap().matches(&[0, 1]);
    assert!(error.unwrap());
    assert_eq!(subject.compile("on").unwrap().matches(&[0, 1]).unwrap_err().kind(), ErrorKind::Truncated);
}

/// Text, column, and message; what many messages have in common is written in braces.
const ERRORS: [(&str, usize, &str); 40] = [
    ("", 1, "expected {operand}, found nothing"),
    ("on &&", 6, "expected {operand}, found nothing"),
    ("on && ", 7, "expected {operand}, found nothing"),
    ("on = true", 4, "expected an operator or the end, found `= true`; equality is `==`"),
    ("on & on", 4, "expected an operator or the end, found `& on`; both is `&&`"),
    ("on | on", 4, "expected an operator or the end, found `| on`; either is `||`"),
    ("on on", 4, "expected an operator or the end, found `on`"),
    ("(on", 4, "expected an operator or `)`, found nothing"),
    ("level in [1, 2", 15, "expected an operator or `]`, found nothing"),
    ("level in []", 11, "expected {operand}, found `]`"),
    ("0 < level < 9", 11, "comparisons are not chained: write `a < b && b < c`"),
    ("'abc == names[0]", 1, "the string does not end"),
    ("'a\\q'", 3, "expected one of `\\\\`, `\\'`, `\\\"`, `\\n`, `\\r`, `\\t`, found `\\q'`"),
    ("level == 1x", 10, "`1x` is not a number"),
    ("level == 0xg", 10, "`0xg` is not a number"),
    ("level == 1.2.3", 10, "`1.2.3` is not a number"),
    ("level == 1e999", 10, "`1e999` is not a number"),
    ("level == .", 10, "`.` is not a number"),
    ("ranges[-1] < 0", 7, "expected an index such as `[0]`, found `[-1] < 0`"),
    ("ranges[x] < 0", 7, "expected an index such as `[0]`, found `[x] < 0`"),
    ("header. == 1", 9, "expected a name of a field, found `== 1`"),
    ("sqrt(x) < 1", 1, "there is no function `sqrt`, only `len`"),
    ("len(3) == 1", 5, "expected a name of a field, found `3) == 1`"),
    ("on and or on", 8, "expected {operand}, found `or on`"),
    ("$", 1, "expected {operand}, found `$`"),
    ("ranges[0] < 'near'", 13, "{scan}`<` compares numbers or strings, not a number with a string"),
    ("on < true", 6, "{scan}`<` compares numbers or strings, not a bool with a bool"),
    ("on == 1", 7, "{scan}`==` compares numbers, strings or bools, not a bool with a number"),
    (
        "ranges == 1",
        11,
        "{scan}`==` compares numbers, strings or bools, not an array of float32 with a number",
    ),
    (
        "header == 1",
        11,
        "{scan}`==` compares numbers, strings or bools, not a message of std_msgs/msg/Header with a number",
    ),
    ("level", 1, "{scan}expected a condition, this is a number"),
    ("on && ranges", 7, "{scan}expected a condition, this is an array of float32"),
    ("level + 'a' == 1", 9, "{scan}expected a number, this is a string"),
    ("rangse[0] < 1", 1, "{scan}no field is named `rangse`; did you mean `ranges`?"),
    ("on && header.frame == 'a'", 7, "{scan}header: no field is named `frame` (fields: stamp, frame_id)"),
    ("status[0].level == EROR", 20, "{scan}no field or constant is named `EROR`; did you mean `ERROR`?"),
    ("len(level) == 1", 1, "{scan}`len` takes an array or a string, `level` is uint8"),
    (
        "'a' in ranges",
        5,
        "{scan}a string is not looked for in an array of float32, only numbers and strings in arrays or lists of them, and strings in strings",
    ),
    (
        "1 in header.frame_id",
        3,
        "{scan}a number is not looked for in a string, only numbers and strings in arrays or lists of them, and strings in strings",
    ),
    (
        "level in [1, 'a']",
        7,
        "{scan}a number is not looked for in a list, only numbers and strings in arrays or lists of them, and strings in strings",
    ),
];

#[test]
fn errors_stand_below_their_place() {
    let subject = Subject::new();
    let operand = "a field, a number, a string or `(`";
    for (text, column, message) in ERRORS {
        let message = message.replace("{operand}", operand).replace("{scan}", "p/msg/Scan: ");
        let error = subject.compile(text).expect_err(text);
        let expected = format!("filter:1:{column}: {message}\n  {text}\n  {:>column$}", '^');
        assert_eq!(format!("{error:#}"), expected);
    }
    let second_line = subject.compile("on &&\n  level").unwrap_err();
    assert_eq!(second_line.place().map(|place| (place.line, place.column)), Some((2, 3)));
}

#[test]
fn a_filter_is_bounded() {
    let subject = Subject::new();
    let deep = format!("{}on{}", "(".repeat(20), ")".repeat(20));
    assert!(subject.compile(&deep).is_ok());
    for text in [format!("({deep})"), format!("{}on", "!".repeat(21)), format!("{}x == 1", "-".repeat(4000))]
    {
        let error = subject.compile(&text).unwrap_err();
        assert_eq!(error.message(), "nested more than 20 deep");
    }
    let long = format!("on{}", " && on".repeat(99));
    assert!(subject.compile(&long).unwrap().matches(&subject.payload).unwrap());
    let error = subject.compile(&format!("{long} && on")).unwrap_err();
    assert_eq!(error.message(), "more than 100 operators in one chain");
    let error = subject.compile(&" ".repeat(4097)).unwrap_err();
    assert_eq!(error.message(), "a filter has at most 4096 bytes, this one has 4097");
    assert_eq!(subject.compile("on\0").unwrap_err().kind(), ErrorKind::Argument);
}
