//! `ros-z decode` and `ros-z encode`: CDR to JSON and back, without a network.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use crate::codec::{JsonOutput, Plan, to_json};
use crate::error::{Error, ErrorKind, Result};

use super::documents::{Input, Piece};
use super::output::{Outcome, Output, Stop};
use super::written::Written;
use super::{BytesAs, Global, completion, types};

/// How payloads are written as text.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct TextForm {
    /// Payloads are lines of hexadecimal digits
    #[arg(long)]
    hex: bool,
    /// Payloads are lines of base64
    #[arg(long)]
    base64: bool,
}

/// Arguments of `ros-z decode`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z decode std_msgs/msg/String message.cdr\n  echo AAEAAAMAAABoaQA= | ros-z decode \
                  std_msgs/msg/String --base64"
)]
pub(crate) struct Decode {
    /// Message type, such as std_msgs/msg/String
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    /// File with one CDR payload, or with lines of --hex or --base64; `-` for standard input
    file: Option<PathBuf>,
    #[command(flatten)]
    form: TextForm,
    /// How byte arrays are written
    #[arg(long, value_enum, default_value_t)]
    bytes: BytesAs,
}

/// Arguments of `ros-z encode`.
#[derive(Args)]
#[command(after_help = "Example:\n  echo '{\"data\": \"hi\"}' | ros-z encode std_msgs/msg/String --hex")]
pub(crate) struct Encode {
    /// Message type, such as std_msgs/msg/String
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    /// File with one JSON text or with JSON lines; `-` for standard input
    file: Option<PathBuf>,
    #[command(flatten)]
    form: TextForm,
}

/// Prints one line of JSON for each payload.
pub(crate) fn decode(args: &Decode, global: &Global) -> Outcome {
    let plan = types::plan(&*types::registry(&global.type_path)?, &args.type_name)?;
    let options = JsonOutput { bytes: args.bytes.into() };
    let mut input = Input::open(args.file.as_deref())?;
    let mut output = Output::default();
    if !args.form.hex && !args.form.base64 {
        let payload = input.all()?;
        match to_json(&plan, &payload, &options) {
            Ok(json) => output.line(json)?,
            Err(error) => output.report(&input.name(), &error),
        }
        return output.conclude();
    }
    while let Some(line) = input.next_line()? {
        match args.form.read(&line.text).and_then(|payload| to_json(&plan, &payload, &options)) {
            Ok(json) => output.line(json)?,
            Err(error) => output.report(&input.place(line.line), &error),
        }
    }
    output.conclude()
}

/// Prints the payload of each JSON text.
pub(crate) fn encode(args: &Encode, global: &Global) -> Outcome {
    let plan = types::plan(&*types::registry(&global.type_path)?, &args.type_name)?;
    let mut input = Input::open(args.file.as_deref())?;
    let mut output = Output::default();
    if !args.form.hex && !args.form.base64 && !global.json {
        return encode_one(&plan, &mut input, &mut output);
    }
    while let Some(piece) = input.next_json()? {
        match written(&input, piece).payload(&plan) {
            Ok(payload) => output.line(args.form.write(&payload, global.json))?,
            Err(error) => output.refuse(&error),
        }
    }
    output.conclude()
}

/// Payloads do not say where they end, so only one can be written as it is.
fn encode_one(plan: &Plan, input: &mut Input, output: &mut Output) -> Outcome {
    let Some(piece) = input.next_json()? else {
        let message = format!("`{}` holds no JSON text", input.name());
        return Err(Error::new(ErrorKind::Json, message).into());
    };
    if let Some(second) = input.next_json()? {
        let place = input.place(second.line);
        return Err(Stop::Usage(format!("{place}: for more than one message, choose --hex or --base64")));
    }
    output.bytes(&written(input, piece).payload_or_template(plan)?)
}

fn written(input: &Input, piece: Piece) -> Written<'static> {
    Written::json(input.name(), piece.line, piece.text)
}

impl TextForm {
    fn read(&self, line: &[u8]) -> Result<Vec<u8>> {
        let text: Vec<u8> = line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        if self.hex {
            return read_hex(&text);
        }
        STANDARD
            .decode(text)
            .map_err(|error| Error::new(ErrorKind::Text, format!("not base64 text: {error}")))
    }

    /// A payload as text, or as `{"hex"}` or `{"base64"}`.
    fn write(&self, payload: &[u8], json: bool) -> Vec<u8> {
        let (key, text) = match self.hex {
            true => ("hex", payload.iter().map(|byte| format!("{byte:02x}")).collect()),
            false => ("base64", STANDARD.encode(payload)),
        };
        if json { format!("{{\"{key}\":\"{text}\"}}").into_bytes() } else { text.into_bytes() }
    }
}

fn read_hex(text: &[u8]) -> Result<Vec<u8>> {
    let misfit = |message: String| Error::new(ErrorKind::Text, message);
    let mut nibbles = Vec::with_capacity(text.len());
    for character in String::from_utf8_lossy(text).chars() {
        let digit = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        nibbles.push(digit.ok_or_else(|| misfit(format!("`{character}` is not a hexadecimal digit")))?);
    }
    let (pairs, rest) = nibbles.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(misfit(format!("an odd number of hexadecimal digits ({})", nibbles.len())));
    }
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
