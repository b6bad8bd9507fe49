//! [`Record`]: where the members of a struct lie, the same for each item of an array.
//!
//! An array of structs of numbers is a block of equal records when its alignment lets it be: then a program can read
//! it in place (Python's `ZStructView`). Items have no padding behind them on the wire, so the last record ends with
//! its last member, and the stride may be greater than the size.

use std::sync::Arc;

use super::path::Shape;
use super::plan::{Kind, Plan};
use crate::schema::{Cardinality, Primitive};

/// A struct of numbers of fixed size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Bytes from the first member's first to the last member's last.
    pub size: usize,
    /// The greatest alignment of a member.
    pub alignment: usize,
    /// The members in order.
    pub members: Vec<RecordMember>,
}

/// A member of a [`Record`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordMember {
    /// Its name.
    pub name: Arc<str>,
    /// Bytes before it.
    pub offset: usize,
    /// How many values, of an array; they have nothing between them.
    pub length: Option<usize>,
    /// What one value is.
    pub value: RecordValue,
}

/// What one value of a [`RecordMember`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordValue {
    /// A number.
    Number(Primitive),
    /// A struct.
    Record(Record),
}

/// An array of [`Record`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordArray {
    /// What each item is.
    pub record: Record,
    /// Bytes from one item to the next.
    pub stride: usize,
    /// Padding before the first item, by its position modulo 8.
    lead: [usize; 8],
}

impl RecordArray {
    /// The array of records that an array of messages is; `None` where items hold more than numbers, or where their
    /// inner padding can differ from the first item to the second.
    #[must_use]
    pub fn of(plan: &Plan, array: Shape) -> Option<Self> {
        let Kind::Message(index) = array.kind else { return None };
        let starts: &[usize] = match array.cardinality {
            Cardinality::Single => return None,
            Cardinality::Array(_) => &[0, 1, 2, 3, 4, 5, 6, 7],
            // Behind a length of four bytes.
            Cardinality::Sequence { .. } => &[0, 4],
        };
        let mut lead = [0; 8];
        let mut common: Option<(Record, usize)> = None;
        for &start in starts {
            let first = Placed::of(plan, index, start)?;
            // From the second item on all begin in one phase of their greatest alignment.
            let second = Placed::of(plan, index, first.end)?;
            let stride = second.begin - first.begin;
            if first.record != second.record {
                return None;
            }
            match &common {
                Some((record, common)) if *record != first.record || *common != stride => return None,
                Some(_) => {}
                None => common = Some((first.record, stride)),
            }
            lead[start] = first.begin - start;
        }
        common.map(|(record, stride)| Self { record, stride, lead })
    }

    /// Where the first item lies, of an array whose items begin, alignment not counted, at this byte of the payload.
    #[must_use]
    pub fn first_item(&self, offset: usize) -> usize {
        offset + self.lead[offset.wrapping_sub(super::HEADER_SIZE) % 8]
    }
}

/// A record at a position.
struct Placed {
    record: Record,
    begin: usize,
    end: usize,
}

impl Placed {
    fn of(plan: &Plan, layout: usize, start: usize) -> Option<Self> {
        let mut begin = None;
        let mut position = start;
        let mut record = Record { size: 0, alignment: 1, members: Vec::new() };
        for field in &plan.layout(layout).fields {
            let length = match field.cardinality {
                Cardinality::Single => None,
                Cardinality::Array(length) => Some(usize::try_from(length).ok()?),
                Cardinality::Sequence { .. } => return None,
            };
            let (first, size, alignment, value) = match field.kind {
                Kind::Scalar(primitive) if primitive.is_block() => {
                    let size = primitive.size();
                    (position.next_multiple_of(size), size, size, RecordValue::Number(primitive))
                }
                Kind::Message(index) => {
                    let Self { record, begin, .. } = Self::of(plan, index, position)?;
                    // Items of an inner array must follow one another without a gap.
                    if length.is_some_and(|length| length > 1) && record.size % record.alignment != 0 {
                        return None;
                    }
                    (begin, record.size, record.alignment, RecordValue::Record(record))
                }
                Kind::Scalar(_) | Kind::String { .. } | Kind::WString { .. } => return None,
            };
            let offset = first - *begin.get_or_insert(first);
            record.alignment = record.alignment.max(alignment);
            record.members.push(RecordMember { name: Arc::clone(&field.name), offset, length, value });
            position = first + size * length.unwrap_or(1);
        }
        let begin = begin?;
        record.size = position - begin;
        Some(Self { record, begin, end: position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::FieldPath;
    use crate::codec::Getter;
    use crate::idl::Format;
    use crate::registry::Registry;
    use crate::schema::TypeName;

    /// The array `items` of a message with that text.
    fn array_of(members: &str, array: &str) -> Option<RecordArray> {
        let registry = Registry::new();
        registry.add_text("p/msg/Inner", "uint8 x\nfloat32 y\n", Format::Msg).unwrap();
        registry.add_text("p/msg/Item", members, Format::Msg).unwrap();
        registry.add_text("p/msg/Outer", &format!("{array} items\n"), Format::Msg).unwrap();
        let name = TypeName::parse("p/msg/Outer").unwrap();
        let plan = Plan::compile(&registry.describe(&name).unwrap()).unwrap();
        let path: FieldPath = "items".parse().unwrap();
        RecordArray::of(&plan, Getter::compile(&plan, &path).unwrap().shape())
    }

    #[test]
    fn which_arrays_are_records() {
        /// Size and stride of an item.
        type Found = Option<(usize, usize)>;
        // Members; what is found of a sequence, and of an array, which can begin anywhere.
        let table: [(&str, Found, Found); 12] = [
            ("float32 x\nfloat32 y\nfloat32 z\n", Some((12, 12)), Some((12, 12))),
            ("float64 x\nuint8 y\n", Some((9, 16)), Some((9, 16))),
            ("uint8 x\nfloat64 y\n", None, None),
            ("uint8 x\nuint32 y\n", Some((8, 8)), None),
            ("uint8 x\nuint8 y\n", Some((2, 2)), Some((2, 2))),
            ("int32 x\nfloat64 y\n", None, None),
            ("geometry_msgs/Pose pose\nfloat64[36] covariance\n", Some((344, 344)), Some((344, 344))),
            ("Inner[2] inner\n", Some((16, 16)), None),
            ("float64[2] x\nInner inner\nbool b\n", Some((25, 32)), Some((25, 32))),
            ("string x\n", None, None),
            ("float32[] x\n", None, None),
            ("std_msgs/Empty x\n", None, None),
        ];
        for (members, in_sequence, in_array) in table {
            let found = |array| array_of(members, array).map(|array| (array.record.size, array.stride));
            assert_eq!(found("Item[]"), in_sequence, "{members}");
            assert_eq!(found("Item[<=3]"), in_sequence, "{members}");
            assert_eq!(found("Item[3]"), in_array, "{members}");
        }
    }
}
