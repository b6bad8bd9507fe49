//! [`Table`]: messages of one type as rows of CSV (RFC 4180, lines end with `\n`). Used by `convert`.
//!
//! A column for each scalar and string, named by its path; arrays of fixed length have one for each item, unless they
//! are long or of bytes. Other arrays are JSON in one cell; byte arrays are base64, as in all JSON.

use std::sync::Arc;

use crate::codec::json_cursor::Cursor;
use crate::codec::{JsonOutput, Kind, Layout, Plan, Shape};
use crate::error::Result;
use crate::schema::Cardinality;

use super::BytesAs;
use super::csv::add_text;
use super::recording::RecordedMessage;
use super::selection::Selection;

/// The columns before those of the message.
const TIMES: [&str; 2] = ["log_time", "publish_time"];
/// Longer arrays stay in one cell.
const MOST_ITEMS: u64 = 64;

/// The columns of a type's messages.
pub(super) struct Table {
    plan: Arc<Plan>,
    columns: Vec<String>,
    row: Vec<u8>,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.plan.hash() == other.plan.hash() && self.columns == other.columns
    }
}

/// What a value becomes.
enum Cells<'p> {
    One,
    Fields(&'p Layout),
    Items(u64),
}

impl Table {
    pub(super) fn new(plan: &Arc<Plan>, selection: &Selection) -> Self {
        let mut columns = TIMES.map(str::to_owned).to_vec();
        for (path, shape) in selection.shapes() {
            add_columns(plan, shape, &path, &mut columns);
        }
        Self { plan: Arc::clone(plan), columns, row: Vec::new() }
    }

    /// The line with the names of the columns.
    pub(super) fn header(&self) -> Vec<u8> {
        let mut line = Vec::new();
        for column in &self.columns {
            add_cell(&mut line, column.as_bytes());
        }
        line.push(b'\n');
        line
    }

    /// The line of a message.
    pub(super) fn row(
        &mut self,
        selection: &Selection,
        message: &RecordedMessage,
        bytes: BytesAs,
    ) -> Result<&[u8]> {
        let Self { plan, row, .. } = self;
        row.clear();
        add_cell(row, message.log_time.to_string().as_bytes());
        add_cell(row, message.publish_time.to_string().as_bytes());
        let options = JsonOutput { bytes: bytes.into() };
        selection.append(&mut Vec::new(), (&message.payload, &options), |_, shape, part| {
            Row { plan, json: part, cursor: Cursor::new(part)?, line: row }.value(shape)
        })?;
        row.push(b'\n');
        Ok(row)
    }
}

fn cells(plan: &Plan, shape: Shape) -> Cells<'_> {
    let is_octet = matches!(shape.kind, Kind::Scalar(primitive) if primitive.is_octet());
    match (shape.cardinality, shape.kind) {
        (Cardinality::Single, Kind::Message(index)) => Cells::Fields(plan.layout(index)),
        (Cardinality::Array(length), _) if !is_octet && length <= MOST_ITEMS => Cells::Items(length),
        _ => Cells::One,
    }
}

fn add_columns(plan: &Plan, shape: Shape, path: &str, columns: &mut Vec<String>) {
    match cells(plan, shape) {
        Cells::One => columns.push(path.to_owned()),
        Cells::Fields(layout) => {
            for field in &layout.fields {
                let dot = if path.is_empty() { "" } else { "." };
                add_columns(plan, Shape::of_field(field), &format!("{path}{dot}{}", field.name), columns);
            }
        }
        Cells::Items(count) => {
            for index in 0..count {
                add_columns(plan, shape.of_item(), &format!("{path}[{index}]"), columns);
            }
        }
    }
}

/// A row that is being written, from JSON text, as its columns say.
struct Row<'a> {
    plan: &'a Plan,
    json: &'a [u8],
    cursor: Cursor<'a>,
    line: &'a mut Vec<u8>,
}

impl Row<'_> {
    fn value(&mut self, shape: Shape) -> Result<()> {
        match cells(self.plan, shape) {
            Cells::One => self.cell(),
            Cells::Fields(layout) => {
                self.cursor.expect(b'{', "an object")?;
                for (index, field) in layout.fields.iter().enumerate() {
                    if index > 0 {
                        self.cursor.expect(b',', "another member")?;
                    }
                    self.cursor.key()?;
                    self.value(Shape::of_field(field))?;
                }
                self.cursor.expect(b'}', "the end of the object")
            }
            Cells::Items(count) => {
                self.cursor.expect(b'[', "an array")?;
                for index in 0..count {
                    if index > 0 {
                        self.cursor.expect(b',', "another item")?;
                    }
                    self.value(shape.of_item())?;
                }
                self.cursor.expect(b']', "the end of the array")
            }
        }
    }

    /// A string as its bytes, everything else as its JSON text.
    fn cell(&mut self) -> Result<()> {
        if self.cursor.peek() == Some(b'"') {
            let bytes = self.cursor.string()?.bytes()?;
            add_cell(self.line, &bytes);
            return Ok(());
        }
        let start = self.cursor.position;
        self.cursor.skip_value()?;
        add_cell(self.line, self.json.get(start..self.cursor.position).unwrap_or_default());
        Ok(())
    }
}

/// Appends a cell, with a comma unless it is the first, which is a time and not empty.
fn add_cell(line: &mut Vec<u8>, text: &[u8]) {
    if !line.is_empty() {
        line.push(b',');
    }
    add_text(line, text);
}
