//! A type as text for people, nested types expanded below their fields, as `ros2 interface show` has it.

use crate::error::{Error, ErrorKind, Result};
use crate::idl::{MessageLine, message_lines};
use crate::schema::Definition;

use super::{Schema, messages_of};

/// How long a text may become: types that hold one another twice, again and again, have no end for a reader.
const LONGEST: usize = 16 << 20;

/// Which comments are shown; blank lines go with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comments {
    /// None.
    None,
    /// Those of the type itself.
    #[default]
    Own,
    /// Those of nested types too.
    All,
}

impl Schema {
    /// The lines of the type's own text, or of what it would be; below each field of a message type, indented by a
    /// tab, the lines of that type.
    pub fn to_text(&self, comments: Comments) -> Result<String> {
        let mut show = Show { schema: self, nested_comments: comments == Comments::All, text: String::new() };
        for (index, message) in messages_of(self, self.definition())?.into_iter().enumerate() {
            show.text.push_str(if index > 0 { "---\n" } else { "" });
            show.message(message, comments != Comments::None, 0)?;
        }
        Ok(show.text)
    }
}

struct Show<'s> {
    schema: &'s Schema,
    nested_comments: bool,
    text: String,
}

impl Show<'_> {
    fn message(&mut self, message: &Definition, comments: bool, depth: usize) -> Result<()> {
        for line in message_lines(message)? {
            self.line(&line, comments, depth);
            let field = line.field.and_then(|index| message.description.fields.get(index));
            let nested = field.map_or("", |field| field.field_type.nested_type_name.as_str());
            if !nested.is_empty() {
                self.message(self.schema.find(nested)?, self.nested_comments, depth + 1)?;
            }
            if self.text.len() > LONGEST {
                let name = &self.schema.definition().type_name;
                let message = format!("{name} has more than {LONGEST} bytes of text with its nested types");
                return Err(Error::new(ErrorKind::Argument, message));
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &MessageLine, comments: bool, depth: usize) {
        let shown = if comments { line.text.as_str() } else { line.code().trim() };
        if !shown.is_empty() {
            self.text.extend(std::iter::repeat_n('\t', depth));
        } else if !comments {
            return;
        }
        self.text.push_str(shown);
        self.text.push('\n');
    }
}
