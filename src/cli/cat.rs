//! `ros-z cat`: the messages of a recording as JSON lines, typed by the schemas inside it.

use clap::Args;

use crate::codec::JsonOutput;
use crate::error::Result;

use super::messages::{self, MessageArgs, MessageKind};
use super::output::{Outcome, Output};
use super::recording::RecordedMessage;
use super::{BytesAs, Global};

/// Print the messages of a recording (MCAP, rosbag2) as JSON lines
#[derive(Args)]
#[command(after_help = "Examples:\n  ros-z cat drive.mcap --topic /scan --field ranges[0]\n  \
                        ros-z cat drive/ --filter 'level > 2' | jq .message")]
pub(crate) struct Cat {
    #[command(flatten)]
    messages: MessageArgs,
}

/// Prints the messages that were asked for.
pub(crate) fn run(args: &Cat, global: &Global) -> Outcome {
    let mut output = Output::default();
    let mut text = Vec::new();
    messages::each(&args.messages, global, &mut |kind, message| {
        text.clear();
        if let Err(error) = append_line(&mut text, kind, message, args.messages.bytes) {
            return Ok(Err(error));
        }
        output.bytes(&text)?;
        Ok(Ok(true))
    })
}

/// Appends `{"topic","type","log_time","publish_time","sequence","message"}` and the end of the line.
pub(super) fn append_line(
    text: &mut Vec<u8>,
    kind: &MessageKind,
    message: &RecordedMessage,
    bytes: BytesAs,
) -> Result<()> {
    let options = JsonOutput { bytes: bytes.into() };
    text.extend_from_slice(&kind.head);
    for (key, number) in [
        (&b"\"log_time\":"[..], message.log_time),
        (b",\"publish_time\":", message.publish_time),
        (b",\"sequence\":", message.sequence),
    ] {
        text.extend_from_slice(key);
        text.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }
    text.extend_from_slice(b",\"message\":");
    kind.selection.append_json(text, &message.payload, &options)?;
    text.extend_from_slice(b"}\n");
    Ok(())
}
