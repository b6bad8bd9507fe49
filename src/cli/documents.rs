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
    /// What its messages are written in; known from the first of them on.
    is_yaml: Option<bool>,
}

/// A piece of an input, and the number of the line that it begins in.
pub(crate) struct Piece {
    pub(crate) line: usize,
    pub(crate) text: Vec<u8>,
}

/// What separates the documents of YAML.
const SEPARATOR: &[u8] = b"---";

/// A message as it was written.
pub(crate) enum Document {
    Json(Piece),
    Yaml(Piece),
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
        Self { name: name.to_owned(), source, line: 0, is_yaml: None }
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

    /// The next line that is not blank, without white space behind it.
    pub(crate) fn next_line(&mut self) -> Result<Option<Piece>> {
        loop {
            match self.any_line()? {
                Some(mut text) if !text.trim_ascii_end().is_empty() => {
                    text.truncate(text.trim_ascii_end().len());
                    return Ok(Some(Piece { line: self.line, text }));
                }
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// The next line with its end.
    fn any_line(&mut self) -> Result<Option<Vec<u8>>> {
        let mut text = Vec::new();
        let read =
            self.source.read_until(b'\n', &mut text).map_err(|error| unreadable(&self.name, &error))?;
        self.line += usize::from(read > 0);
        Ok((read > 0).then_some(text))
    }

    /// The next message: a JSON text where the input begins with a bracket, else a YAML document, up to `---`.
    pub(crate) fn next_document(&mut self) -> Result<Option<Document>> {
        match self.is_yaml {
            Some(true) => Ok(self.next_yaml(None)?.map(Document::Yaml)),
            Some(false) => Ok(self.next_json()?.map(Document::Json)),
            None => {
                let Some(first) = self.next_line()? else { return Ok(None) };
                let is_yaml = !first.text.trim_ascii_start().starts_with(b"{");
                self.is_yaml = Some(is_yaml);
                match is_yaml {
                    true => Ok(self.next_yaml(Some(first))?.map(Document::Yaml)),
                    false => Ok(Some(Document::Json(self.rest_of_json(first)?))),
                }
            }
        }
    }

    /// The lines up to the next `---`, from this one on, without those that are blank before and behind them.
    fn next_yaml(&mut self, first: Option<Piece>) -> Result<Option<Piece>> {
        let is_end = |line: &[u8]| line.trim_ascii_end() == SEPARATOR;
        let mut first = first.filter(|piece| !is_end(&piece.text));
        while first.is_none() {
            let Some(next) = self.next_line()? else { return Ok(None) };
            first = Some(next).filter(|piece| !is_end(&piece.text));
        }
        let Some(mut piece) = first else { return Ok(None) };
        piece.text.push(b'\n');
        while let Some(line) = self.any_line()?.filter(|line| !is_end(line)) {
            piece.text.extend_from_slice(&line);
        }
        Ok(Some(piece))
    }

    /// The next JSON text: a line, or all lines up to the one where its brackets are closed.
    pub(crate) fn next_json(&mut self) -> Result<Option<Piece>> {
        let Some(piece) = self.next_line()? else { return Ok(None) };
        self.rest_of_json(piece).map(Some)
    }

    fn rest_of_json(&mut self, mut piece: Piece) -> Result<Piece> {
        let mut nesting = Nesting::default();
        nesting.pass(&piece.text);
        let mut last = piece.line;
        while nesting.depth > 0 {
            let Some(next) = self.next_line()? else { break };
            nesting.pass(&next.text);
            piece.text.push(b'\n');
            // Blank lines were left out, and lines are counted.
            piece.text.resize(piece.text.len() + next.line - last - 1, b'\n');
            last = next.line;
            piece.text.extend_from_slice(&next.text);
        }
        Ok(piece)
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
        let text = "{\"a\": 1}\n\n{\n  \"a\": \"}\\\"{\",\n\n  \"b\": [1,\n 2]\n}\n7\n{\"open\": [\n1";
        let mut input = Input::new("x", Box::new(std::io::Cursor::new(text)));
        let mut pieces = Vec::new();
        while let Some(piece) = input.next_json().unwrap() {
            pieces.push((piece.line, String::from_utf8(piece.text).unwrap()));
        }
        let expected = [
            (1, "{\"a\": 1}"),
            (3, "{\n  \"a\": \"}\\\"{\",\n\n  \"b\": [1,\n 2]\n}"),
            (9, "7"),
            (10, "{\"open\": [\n1"),
        ];
        assert_eq!(pieces, expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn what_is_no_json_is_yaml() {
        let texts = |text: &'static str| {
            let mut input = Input::new("x", Box::new(std::io::Cursor::new(text)));
            let mut found = Vec::new();
            while let Some(document) = input.next_document().unwrap() {
                let (language, piece) = match document {
                    Document::Json(piece) => ("json", piece),
                    Document::Yaml(piece) => ("yaml", piece),
                };
                found.push((language, piece.line, String::from_utf8(piece.text).unwrap()));
            }
            found
        };
        let yaml = |line, text: &str| ("yaml", line, text.to_owned());
        assert_eq!(
            texts("---\n\ndata: |\n  a\n\n  b\n---\n---\ndata: c"),
            [yaml(3, "data: |\n  a\n\n  b\n"), yaml(9, "data: c\n")]
        );
        assert_eq!(texts("a: 1\n---\n"), [yaml(1, "a: 1\n")]);
        let json = |line, text: &str| ("json", line, text.to_owned());
        assert_eq!(texts("\n  {\"a\":\n1}\n{}"), [json(2, "  {\"a\":\n1}"), json(4, "{}")]);
        assert_eq!(texts(" \n"), []);
    }
}
