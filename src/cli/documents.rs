//! Input of `decode`, `encode` and `topic pub`: a file or standard input, as lines or as JSON texts.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// A named input.
pub(crate) struct Input {
    name: String,
    source: Box<dyn BufRead + Send>,
    line: usize,
}

/// A piece of an input, and the number of the line that it begins in.
pub(crate) struct Piece {
    pub(crate) line: usize,
    pub(crate) text: Vec<u8>,
}

impl Input {
    /// Opens a file; standard input when there is none or it is `-`.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        match path.filter(|path| path.as_os_str() != "-") {
            None => Ok(Self::new("<stdin>", Box::new(BufReader::new(std::io::stdin())))),
            Some(path) => {
                let name = path.display().to_string();
                let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
                Ok(Self::new(&name, Box::new(BufReader::new(file))))
            }
        }
    }

    fn new(name: &str, source: Box<dyn BufRead + Send>) -> Self {
        Self { name: name.to_owned(), source, line: 0 }
    }

    /// The place of a piece, `file:line`.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.name)
    }

    /// The input as the user named it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Everything up to the end.
    pub(crate) fn all(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.source.read_to_end(&mut bytes).map_err(|error| unreadable(&self.name, &error))?;
        Ok(bytes)
    }

    /// The next line that is not blank, without white space around it.
    pub(crate) fn next_line(&mut self) -> Result<Option<Piece>> {
        loop {
            let mut text = Vec::new();
            let read =
                self.source.read_until(b'\n', &mut text).map_err(|error| unreadable(&self.name, &error))?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            let trimmed = text.trim_ascii();
            if !trimmed.is_empty() {
                return Ok(Some(Piece { line: self.line, text: trimmed.to_vec() }));
            }
        }
    }

    /// The next JSON text: a line, or all lines up to the one where its brackets are closed.
    pub(crate) fn next_json(&mut self) -> Result<Option<Piece>> {
        let Some(mut piece) = self.next_line()? else { return Ok(None) };
        let mut nesting = Nesting::default();
        nesting.pass(&piece.text);
        while nesting.depth > 0 {
            let Some(next) = self.next_line()? else { break };
            nesting.pass(&next.text);
            piece.text.push(b'\n');
            piece.text.extend_from_slice(&next.text);
        }
        Ok(Some(piece))
    }
}

/// How many brackets are open behind the text passed so far. Strings do not reach over a line's end.
#[derive(Default)]
struct Nesting {
    depth: usize,
}

impl Nesting {
    fn pass(&mut self, line: &[u8]) {
        let mut in_string = false;
        let mut escaped = false;
        for &byte in line {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => self.depth += 1,
                b'}' | b']' if !in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot read `{name}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_texts_end_where_their_brackets_do() {
        let text = "{\"a\": 1}\n\n{\n  \"a\": \"}\\\"{\",\n  \"b\": [1,\n 2]\n}\n7\n{\"open\": [\n1";
        let mut input = Input::new("x", Box::new(std::io::Cursor::new(text)));
        let mut pieces = Vec::new();
        while let Some(piece) = input.next_json().unwrap() {
            pieces.push((piece.line, String::from_utf8(piece.text).unwrap()));
        }
        let expected = [
            (1, "{\"a\": 1}"),
            (3, "{\n\"a\": \"}\\\"{\",\n\"b\": [1,\n2]\n}"),
            (8, "7"),
            (9, "{\"open\": [\n1"),
        ];
        assert_eq!(pieces, expected.map(|(line, text)| (line, text.to_owned())));
    }
}
