//! `ros-z cat`, over recordings that the tests write.

use std::collections::BTreeMap;
use std::io::Cursor;

use mcap::records::MessageHeader;
use mcap::{Compression, WriteOptions, Writer};

use crate::command::Folder;

const STRING: &str = "std_msgs/msg/String";

/// Writes recordings message by message.
struct Recorder(Writer<Cursor<Vec<u8>>>);

impl Recorder {
    fn new(options: WriteOptions) -> Self {
        Self(options.create(Cursor::new(Vec::new())).unwrap())
    }

    fn channel(&mut self, topic: &str, (name, encoding, text): (&str, &str, &str)) -> u16 {
        let schema = self.0.add_schema(name, encoding, text.as_bytes()).unwrap();
        self.0.add_channel(schema, topic, "cdr", &BTreeMap::new()).unwrap()
    }

    fn message(&mut self, channel_id: u16, time: u64, payload: &[u8]) {
        let header = MessageHeader { channel_id, sequence: time as u32, log_time: time, publish_time: time };
        self.0.write_to_known_channel(&header, payload).unwrap();
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.finish().unwrap();
        self.0.into_inner().into_inner()
    }
}

fn text(data: &str) -> Vec<u8> {
    let length = u32::try_from(data.len() + 1).unwrap();
    [b"\x00\x01\x00\x00", &length.to_le_bytes()[..], data.as_bytes(), b"\0"].concat()
}

fn line(topic: &str, type_name: &str, time: u64, message: &str) -> String {
    format!(
        "{{\"topic\":\"{topic}\",\"type\":\"{type_name}\",\"log_time\":{time},\"publish_time\":{time},\
         \"sequence\":{time},\"message\":{message}}}\n"
    )
}

fn strings(options: WriteOptions) -> Vec<u8> {
    let mut recorder = Recorder::new(options);
    let channel = recorder.channel("/chatter", (STRING, "ros2msg", "string data\n"));
    for time in 1..=4 {
        recorder.message(channel, time, &text(&format!("message {time}")));
    }
    recorder.finish()
}

fn string_lines(times: impl IntoIterator<Item = u64>) -> String {
    let message = |time| format!("{{\"data\":\"message {time}\"}}");
    times.into_iter().map(|time| line("/chatter", STRING, time, &message(time))).collect()
}

#[test]
fn every_layout_of_a_file_is_read() {
    let folder = Folder::new("every_layout");
    let plain = || WriteOptions::new().use_chunks(false);
    let chunked = |compression| WriteOptions::new().compression(compression).chunk_size(Some(64));
    let files = [
        ("plain", strings(plain())),
        ("chunked", strings(chunked(None))),
        ("zstd", strings(chunked(Some(Compression::Zstd)))),
        ("lz4", strings(chunked(Some(Compression::Lz4)))),
        ("whole", zstd::encode_all(&strings(chunked(None))[..], 0).unwrap()),
    ];
    for (name, contents) in files {
        folder.write(name, &contents);
        folder.run(&["cat", name], "").is(0, &string_lines(1..=4), "");
        folder.run(&["cat", "-"], contents).is(0, &string_lines(1..=4), "");
    }
}

#[test]
fn messages_are_chosen() {
    let folder = Folder::new("messages_are_chosen");
    let mut recorder = Recorder::new(WriteOptions::new());
    let pose_text = "Vec position\nfloat32[] gains\n================================================================================\n\
                     MSG: my_msgs/Vec\nfloat32 x\nfloat32 y\n";
    let chatter = recorder.channel("/chatter", (STRING, "ros2msg", "string data"));
    let pose = recorder.channel("/pose", ("my_msgs/msg/Pose", "ros2msg", pose_text));
    recorder.message(chatter, 1_000_000_000, &text("a"));
    let gains = b"\x00\x01\x00\x00\x00\x00\x80\x3f\x00\x00\x00\x40\x01\x00\x00\x00\x00\x00\x00\x3f";
    recorder.message(pose, 1_500_000_000, gains);
    recorder.message(chatter, 2_000_000_000, &text("b"));
    folder.write("r.mcap", recorder.finish());
    let first = line("/chatter", STRING, 1_000_000_000, "{\"data\":\"a\"}");
    let last = line("/chatter", STRING, 2_000_000_000, "{\"data\":\"b\"}");
    let pose = |part| line("/pose", "my_msgs/msg/Pose", 1_500_000_000, part);
    let whole = pose("{\"position\":{\"x\":1.0,\"y\":2.0},\"gains\":[0.5]}");
    let table: [(&[&str], String); 12] = [
        (&[], format!("{first}{whole}{last}")),
        (&["--topic", "/chatter", "--filter", "data == 'b'"], last.clone()),
        (&["--topic", "/pose", "--filter", "gains[0] == 0.5 && position.x < position.y"], whole.clone()),
        (&["--topic", "/pose", "--filter", "gains[1] != 0.5"], String::new()),
        (&["--topic", "/chatter"], format!("{first}{last}")),
        (&["--topic", "/chatter", "--topic", "/pose", "--limit", "2"], format!("{first}{whole}")),
        (&["--limit", "0"], String::new()),
        (&["--from", "1.5s"], format!("{whole}{last}")),
        (&["--to", "1500000000"], first.clone()),
        (&["--from", "1500000000", "--to", "2s"], whole),
        (&["--topic", "/pose", "--field", "position.y"], pose("2.0")),
        (
            &["--topic", "/pose", "--field", "gains[0]", "--field", "position"],
            pose("{\"gains[0]\":0.5,\"position\":{\"x\":1.0,\"y\":2.0}}"),
        ),
    ];
    for (flags, lines) in table {
        folder.run(&[&["cat", "r.mcap"], flags].concat(), "").is(0, &lines, "");
    }
    folder.run(&["cat", "r.mcap", "--topic", "/nope"], "").is(
        1,
        "",
        "error: r.mcap: no message of the topic `/nope`; there is /chatter, /pose\n",
    );
    folder.run(&["cat", "r.mcap", "--field", "gains[1]"], "").is(
        1,
        "",
        "error: r.mcap: /chatter: std_msgs/msg/String: no field is named `gains` (fields: data)\n\
         error: r.mcap: /pose message 1500000000 at 1500000000: my_msgs/msg/Pose.gains: no item 1: there are 1 (byte 12)\n",
    );
}

#[test]
fn schemas_of_the_file_come_before_built_in_ones() {
    let folder = Folder::new("schemas_of_the_file");
    let mut recorder = Recorder::new(WriteOptions::new());
    let own = recorder.channel("/own", (STRING, "ros2msg", "uint8 data"));
    let old = recorder.channel("/old", ("std_msgs/String", "ros2msg", "string data"));
    let bare = recorder.channel("/bare", (STRING, "", ""));
    recorder.message(own, 1, b"\x00\x01\x00\x00\x07");
    recorder.message(old, 2, &text("a"));
    recorder.message(bare, 3, &text("b"));
    folder.write("r.mcap", recorder.finish());
    let lines = line("/own", STRING, 1, "{\"data\":7}")
        + &line("/old", STRING, 2, "{\"data\":\"a\"}")
        + &line("/bare", STRING, 3, "{\"data\":\"b\"}");
    folder.run(&["cat", "r.mcap"], "").is(0, &lines, "");
}

#[test]
fn bad_messages_and_channels_do_not_stop_the_rest() {
    let folder = Folder::new("bad_messages");
    let mut recorder = Recorder::new(WriteOptions::new());
    let good = recorder.channel("/chatter", (STRING, "ros2msg", "string data"));
    let wrong = recorder.channel("/wrong", ("my_msgs/msg/Bad", "ros2msg", "string data\nint32 1x\n"));
    let idl = recorder.channel("/idl", ("my_msgs/msg/Idl", "omgidl", "struct Idl {};"));
    let none = recorder.0.add_channel(0, "/none", "cdr", &BTreeMap::new()).unwrap();
    let json = recorder.0.add_channel(0, "/json", "json", &BTreeMap::new()).unwrap();
    recorder.message(good, 1, &text("message 1"));
    recorder.message(good, 2, &text("message 2")[..10]);
    for channel in [wrong, wrong, idl, none, json] {
        recorder.message(channel, 3, b"");
    }
    recorder.message(good, 4, &text("message 4"));
    folder.write("r.mcap", recorder.finish());
    let ran = folder.run(&["cat", "r.mcap"], "");
    assert_eq!((ran.stdout(), ran.code), (string_lines([1, 4]).as_str(), Some(1)));
    let errors: Vec<&str> = ran.stderr.lines().collect();
    let expected = [
        "error: r.mcap: /chatter message 2 at 2: std_msgs/msg/String.data: the payload ends here: 10 bytes are needed, 2 are left (byte 8)",
        "error: r.mcap: /wrong: schema of my_msgs/msg/Bad:2:7: expected a field name, found `1x`: it can only have letters, digits and underscores",
        "  int32 1x",
        "        ^",
        "error: r.mcap: /idl: the schema of `my_msgs/msg/Idl` is written in `omgidl`; only `ros2msg` and `ros2idl` are read",
        "error: r.mcap: /none: the channel has no schema",
        "error: r.mcap: /json: messages encoded as `json` are not read, only `cdr`",
    ];
    assert_eq!(errors, expected);
}

#[test]
fn a_cut_file_gives_what_it_holds() {
    let folder = Folder::new("a_cut_file");
    let error = "error: cut.mcap: the recording ends in the middle: it was cut, or never finished\n";
    for compression in [None, Some(Compression::Zstd), Some(Compression::Lz4)] {
        let whole = strings(WriteOptions::new().compression(compression));
        let mut counts = Vec::new();
        for end in (8..whole.len()).step_by(7) {
            folder.write("cut.mcap", &whole[..end]);
            let ran = folder.run(&["cat", "cut.mcap"], "");
            let count = ran.stdout().lines().count() as u64;
            assert_eq!(ran.stdout(), string_lines(1..=count), "cut at {end}");
            assert!(ran.stderr == error || ran.code == Some(0) && count == 4, "cut at {end}: {ran:?}");
            counts.push(count);
        }
        assert!(counts.is_sorted() && counts.contains(&0) && counts.contains(&4), "{counts:?}");
    }
    let uncompressed = strings(WriteOptions::new().compression(None));
    let third = uncompressed.windows(9).position(|window| window == b"message 3").unwrap();
    folder.write("cut.mcap", &uncompressed[..third]);
    folder.run(&["cat", "cut.mcap"], "").is(1, &string_lines(1..=2), error);
}

#[test]
fn a_damaged_chunk_does_not_stop_the_rest() {
    let folder = Folder::new("a_damaged_chunk");
    let mut damaged = strings(WriteOptions::new().compression(None).chunk_size(Some(64)));
    let second = damaged.windows(9).position(|window| window == b"message 2").unwrap();
    // The length of the record that holds it: 8 bytes behind its operation code, before header, CDR header and length.
    damaged[second - 8 - 22 - 1] = 0x7f;
    folder.write("r.mcap", damaged);
    let ran = folder.run(&["cat", "r.mcap"], "");
    assert_eq!((ran.stdout(), ran.code), (string_lines([1, 3, 4]).as_str(), Some(1)), "{ran:?}");
    assert!(ran.stderr.starts_with("error: r.mcap: ") && ran.stderr.lines().count() == 1, "{ran:?}");
}

#[test]
fn what_is_no_recording_is_refused() {
    let folder = Folder::new("no_recording");
    let table: [(&[u8], &str); 4] = [
        (b"", "not a recording; expected one in MCAP or SQLite"),
        (b"hello", "not a recording; expected one in MCAP or SQLite"),
        (b"SQLite format 3\0...", "not a recording of rosbag2 that can be read: file is not a database"),
        (b"\x89MCAP0\r\n", "the recording ends in the middle: it was cut, or never finished"),
    ];
    for (contents, error) in table {
        folder.write("r", contents);
        folder.run(&["cat", "r"], "").is(1, "", &format!("error: r: {error}\n"));
    }
    folder.run(&["cat", "absent"], "").is(1, "", "error: absent: No such file or directory (os error 2)\n");
    let bad_time = folder.run(&["cat", "r", "--from", "noon"], "");
    assert_eq!(bad_time.code, Some(2), "{bad_time:?}");
}

#[test]
fn lengths_in_a_file_are_checked() {
    let folder = Folder::new("lengths_in_a_file");
    let record = |opcode: u8, body: &[u8]| [&[opcode][..], &(body.len() as u64).to_le_bytes(), body].concat();
    let longest = u32::MAX.to_le_bytes();
    let chunk_head = [[0xff; 24], [0; 24]].concat();
    let table: [(Vec<u8>, &str); 5] = [
        (
            record(3, &[&[1, 0][..], &longest, b"name"].concat()),
            "a record ends here: 4294967295 bytes are needed, 4 are left",
        ),
        (record(4, &[1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0]), "the channel of `` names the unknown schema 7"),
        (
            record(5, &[9, 0, 3, 0, 0, 0].iter().chain(&[0; 16]).copied().collect::<Vec<_>>()),
            "message 3 is of the unknown channel 9",
        ),
        (record(6, &[0; 8]), "a chunk is shorter than its header"),
        (record(6, &[&chunk_head[..28], &longest, b"zstd"].concat()), "a chunk is shorter than its header"),
    ];
    for (record, error) in table {
        let end = [0x0f, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        folder.write("r.mcap", [b"\x89MCAP0\r\n", &record[..], &end].concat());
        folder.run(&["cat", "r.mcap"], "").is(1, "", &format!("error: r.mcap: {error}\n"));
    }
    let endless = [b"\x89MCAP0\r\n\x05", &u64::MAX.to_le_bytes()[..]].concat();
    folder.write("r.mcap", endless);
    let error = "error: r.mcap: the recording ends in the middle: it was cut, or never finished\n";
    folder.run(&["cat", "r.mcap"], "").is(1, "", error);
}

#[test]
fn changed_bytes_never_crash() {
    let folder = Folder::new("changed_bytes");
    let whole = strings(WriteOptions::new().compression(Some(Compression::Zstd)).chunk_size(Some(64)));
    for position in (8..whole.len()).step_by(11) {
        let mut changed = whole.clone();
        changed[position] ^= 0xff;
        folder.write("r.mcap", &changed);
        let ran = folder.run(&["cat", "r.mcap"], "");
        assert!(matches!(ran.code, Some(0 | 1)), "byte {position}: {ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = Folder::new("a_closed_pipe");
    folder.write("r.mcap", strings(WriteOptions::new()));
    let mut child = crate::command::ros_z(&["cat", "r.mcap"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
