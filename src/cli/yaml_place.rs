//! Places that sentences about messages name. Used by [`written`](super::written).

pub(crate) use crate::net::yaml_place::{Segment, find};

/// The steps of the path in an error, such as `fields[2].datatype`.
pub(crate) fn segments(path: &str) -> Vec<Segment> {
    let parts = path.split(['.', '[']).filter(|part| !part.is_empty());
    let segment = |part: &str| match part.strip_suffix(']').and_then(|index| index.parse().ok()) {
        Some(index) => Segment::Item(index),
        None => Segment::Field(part.to_owned()),
    };
    parts.map(segment).collect()
}

/// Line and column at the end of a sentence of the JSON reader.
pub(crate) fn of_message(message: &str) -> Option<(usize, usize)> {
    let (before, column) = message.rsplit_once(" column ")?;
    let (_, line) = before.rsplit_once(" line ")?;
    Some((line.parse().ok()?, column.split(' ').next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        let field = |name: &str| Segment::Field(name.to_owned());
        assert_eq!(segments("fields[2].datatype"), [field("fields"), Segment::Item(2), field("datatype")]);
        assert_eq!(segments("[3]"), [Segment::Item(3)]);
        assert_eq!(segments(""), []);
        assert_eq!(of_message("expected `:`, found `2` at line 2 column 10 of the JSON text"), Some((2, 10)));
        assert_eq!(of_message("no place"), None);
    }
}
