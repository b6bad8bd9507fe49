//! The bytes: encapsulation header, aligned reading and writing of classic CDR (XCDR1).
//!
//! Alignment counts from the byte after the 4-byte header. Offsets in errors count from the first byte of the
//! payload, header included, as a hex dump shows them.

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Cardinality, Number, Primitive};

/// Bytes of the encapsulation header, where the body begins.
pub const HEADER_SIZE: usize = 4;

/// Byte order of a payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endian {
    /// `00 01`: what every ROS node sends.
    #[default]
    Little,
    /// `00 00`
    Big,
}

/// The representation identifier of a payload (DDS-XTypes 1.3, table 60): plain CDR in either byte order, all else
/// is refused by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encapsulation {
    /// Byte order of the body.
    pub endian: Endian,
}

impl Encapsulation {
    /// Reads the header. The option bytes are ignored, as genuine nodes do.
    pub fn read(payload: &[u8]) -> Result<Self> {
        let Some(&[high, low, _, _]) = payload.first_chunk::<HEADER_SIZE>() else {
            let have = payload.len();
            return Err(Error::new(
                ErrorKind::Truncated,
                format!("expected a 4-byte encapsulation header, found {have} bytes"),
            )
            .at_offset(0));
        };
        match [high, low] {
            [0, 0] => Ok(Self { endian: Endian::Big }),
            [0, 1] => Ok(Self { endian: Endian::Little }),
            other => Err(Error::new(ErrorKind::Encapsulation, refusal(other)).at_offset(0)),
        }
    }

    /// The header for a byte order.
    #[must_use]
    pub fn header(endian: Endian) -> [u8; HEADER_SIZE] {
        [0, (endian == Endian::Little).into(), 0, 0]
    }
}

fn refusal([high, low]: [u8; 2]) -> String {
    let name = match (high, low) {
        (0, 2 | 3) => "parameter-list CDR (PL_CDR)",
        (0, 6 | 7) => "plain XCDR2",
        (0, 8 | 9) => "delimited XCDR2",
        (0, 10 | 11) => "parameter-list XCDR2",
        _ => "an unknown encapsulation",
    };
    format!("the payload is {name} ({high:02x} {low:02x}); only plain CDR (00 00, 00 01) is read")
}

/// Reads aligned values from a payload's body.
#[derive(Clone, Copy, Debug)]
pub struct CdrReader<'de> {
    body: &'de [u8],
    position: usize,
}

impl<'de> CdrReader<'de> {
    /// A reader of `payload`, behind its header; `payload` must have one.
    #[must_use]
    pub fn new(payload: &'de [u8]) -> Self {
        Self { body: payload.get(HEADER_SIZE..).unwrap_or_default(), position: 0 }
    }

    /// Bytes read so far, the header included.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.position + HEADER_SIZE
    }

    /// Position in the body, for sizes that depend on alignment.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Goes to a position in the body; to its end where that is before it.
    #[inline(always)]
    pub(super) fn seek(&mut self, position: usize) {
        self.position = position.min(self.body.len());
    }

    /// Bytes that are left.
    #[inline(always)]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.body.len() - self.position
    }

    /// Moves to the next multiple of `size`, a power of two. Padding is never looked at.
    #[inline(always)]
    pub fn align(&mut self, size: usize) {
        self.position = self.body.len().min((self.position + size - 1) & !(size - 1));
    }

    /// The next `count` bytes.
    #[inline(always)]
    pub fn take(&mut self, count: usize) -> Result<&'de [u8]> {
        let rest = self.body.get(self.position..).unwrap_or_default();
        match rest.get(..count) {
            Some(bytes) => {
                self.position += count;
                Ok(bytes)
            }
            None => Err(self.truncated(count)),
        }
    }

    /// The next number, aligned to its size.
    #[inline(always)]
    pub fn number<T: Number, const BIG: bool>(&mut self) -> Result<T> {
        let start = (self.position + T::SIZE - 1) & !(T::SIZE - 1);
        let rest = self.body.get(start..).unwrap_or_default();
        match rest.get(..T::SIZE).map(T::Bytes::try_from) {
            Some(Ok(bytes)) => {
                self.position = start + T::SIZE;
                Ok(T::from_bytes(bytes, BIG))
            }
            _ => Err(self.truncated_number(T::SIZE)),
        }
    }

    /// The length of a sequence with a bound, checked against the bytes that are left: each element has at least
    /// `least_size` of them.
    #[inline(always)]
    pub fn length<const BIG: bool>(&mut self, bound: Option<u64>, least_size: usize) -> Result<usize> {
        let length = self.number::<u32, BIG>()? as usize;
        if bound.is_some_and(|bound| length as u64 > bound) {
            return Err(self.over_bound(length, bound.unwrap_or_default()));
        }
        if length.saturating_mul(least_size) > self.remaining() {
            return Err(self.impossible_length(length));
        }
        Ok(length)
    }

    #[cold]
    fn truncated_number(&mut self, size: usize) -> Error {
        self.align(size);
        self.truncated(size)
    }

    #[cold]
    fn truncated(&self, wanted: usize) -> Error {
        let left = self.remaining();
        let (verb, left_verb) =
            (if wanted == 1 { " is" } else { "s are" }, if left == 1 { "is" } else { "are" });
        let message = format!("the payload ends here: {wanted} byte{verb} needed, {left} {left_verb} left");
        Error::new(ErrorKind::Truncated, message).at_offset(self.offset())
    }

    #[cold]
    fn over_bound(&self, length: usize, bound: u64) -> Error {
        let message = format!("{length} elements, but the bound is {bound}");
        Error::new(ErrorKind::Bound, message).at_offset(self.offset() - 4)
    }

    #[cold]
    fn impossible_length(&self, length: usize) -> Error {
        let left = self.remaining();
        let message = format!("a length of {length} elements cannot fit into the {left} bytes that are left");
        Error::new(ErrorKind::Truncated, message).at_offset(self.offset() - 4)
    }
}

/// Whether `test` says yes to one of the words that `bytes` consist of; some bytes are in two of them, and a short last
/// one is filled up with ones.
/// Most texts of messages are so short that a call of `memchr` costs more than the search (C1, C3).
#[inline(always)]
pub(crate) fn any_word(bytes: &[u8], test: impl Fn(u64) -> bool) -> bool {
    if let Some(&last) = bytes.last_chunk::<8>() {
        let (words, _) = bytes.as_chunks::<8>();
        return test(u64::from_ne_bytes(last)) || words.iter().any(|&word| test(u64::from_ne_bytes(word)));
    }
    if let (Some(&[a, b, c, d]), Some(&[e, f, g, h])) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return test(u64::from_ne_bytes([a, b, c, d, e, f, g, h]));
    }
    match (bytes.first(), bytes.get(bytes.len() / 2), bytes.last()) {
        (Some(&a), Some(&b), Some(&c)) => test(u64::from_ne_bytes([a, b, c, 1, 1, 1, 1, 1])),
        _ => false,
    }
}

/// Whether a text holds a NUL.
#[inline(always)]
pub(super) fn holds_nul(text: &[u8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    match text.len() {
        0..=64 => any_word(text, |word| word.wrapping_sub(LOW) & !word & HIGH != 0),
        _ => memchr::memchr(0, text).is_some(),
    }
}

/// A run of numbers as it lies on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Block<'de> {
    /// The bytes, not necessarily aligned in memory.
    pub bytes: &'de [u8],
    /// What one number is.
    pub primitive: Primitive,
    /// Byte order of the numbers.
    pub endian: Endian,
    /// Offset of `bytes` in the payload.
    pub offset: usize,
}

impl Block<'_> {
    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() / self.primitive.size()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// A large run of bytes that a [`CdrWriter`] holds beside its own bytes, so that it is copied at most once.
struct Insert<B> {
    /// Index in the writer's own bytes before which it belongs.
    before: usize,
    body: B,
}

/// Writes aligned values of one payload. `B` is what large runs of bytes are kept as ([`CdrWriter::blob`]).
pub struct CdrWriter<B = Vec<u8>> {
    /// The payload's own bytes up to `end`, and room behind them: what lies there means nothing.
    room: Vec<u8>,
    end: usize,
    inserts: Vec<Insert<B>>,
    inserted: usize,
}

/// Room for any number and the padding before it.
const STEP: usize = 16;

impl<B: AsRef<[u8]>> CdrWriter<B> {
    /// A writer whose payload starts with the header for `endian`, with room for `capacity` bytes.
    #[must_use]
    pub fn new(endian: Endian, capacity: usize) -> Self {
        let mut writer = Self { room: vec![0; capacity], end: 0, inserts: Vec::new(), inserted: 0 };
        writer.restart(endian);
        writer
    }

    /// Begins another payload in the memory of this one, and lets go of its blobs.
    pub fn restart(&mut self, endian: Endian) {
        (self.end, self.inserted) = (0, 0);
        self.inserts.clear();
        self.bytes(&Encapsulation::header(endian));
    }

    /// Bytes of memory that a payload without blobs can take without more.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.room.capacity()
    }

    /// Length of the payload so far, header included.
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        self.end + self.inserted
    }

    /// Whether nothing was written, which never is the case: the header is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Pads with zeros up to a multiple of `size`, a power of two.
    #[inline(always)]
    pub fn align(&mut self, size: usize) {
        let padding = self.padding(size);
        self.ensure(self.end, padding);
        self.room[self.end..self.end + padding].fill(0);
        self.end += padding;
    }

    #[inline(always)]
    fn padding(&self, size: usize) -> usize {
        (self.len() - HEADER_SIZE).wrapping_neg() & (size - 1) & 7
    }

    /// Makes room for `count` bytes behind `end`.
    #[inline(always)]
    fn ensure(&mut self, end: usize, count: usize) {
        if self.room.len() - end < count {
            self.grow(end, count);
        }
    }

    #[cold]
    fn grow(&mut self, end: usize, count: usize) {
        self.room.resize((end + count).max(2 * self.room.len()), 0);
    }

    /// One number, aligned.
    #[inline(always)]
    pub fn number<T: Number, const BIG: bool>(&mut self, value: T) {
        self.numbers().push::<T, BIG>(value);
    }

    /// Several numbers in a row.
    #[inline(always)]
    pub fn numbers(&mut self) -> Numbers<'_, B> {
        let (end, phase) = (self.end, self.inserted.wrapping_sub(HEADER_SIZE));
        Numbers { writer: self, end, phase }
    }

    /// Bytes as they are.
    #[inline(always)]
    pub fn bytes(&mut self, bytes: &[u8]) {
        if let Some(place) = self.room.get_mut(self.end..self.end + bytes.len()) {
            place.copy_from_slice(bytes);
        } else {
            self.room.truncate(self.end);
            self.room.extend_from_slice(bytes);
        }
        self.end += bytes.len();
    }

    /// A string: its length, its bytes, and the terminating NUL that both count.
    #[inline(always)]
    pub fn string<const BIG: bool>(&mut self, text: &[u8]) -> Result<()> {
        let length = u32::try_from(text.len() + 1)
            .map_err(|_| Error::new(ErrorKind::Bound, "the text does not fit a 32-bit length"))?;
        let padding = self.padding(4);
        self.ensure(self.end, STEP + text.len());
        let place = &mut self.room[self.end..];
        if let Some(head) = place.first_chunk_mut::<8>() {
            // Padding and length in one store (C3).
            let bytes = u64::from(u32::from_le_bytes(length.to_bytes(BIG))) << (8 * padding);
            *head = bytes.to_le_bytes();
        }
        let (place, rest) = place[padding + 4..].split_at_mut(text.len());
        copy_text(place, text);
        rest[0] = 0;
        self.end += padding + 4 + text.len() + 1;
        Ok(())
    }

    /// That many zero bytes.
    pub fn zeros(&mut self, count: usize) {
        self.room.truncate(self.end);
        self.end += count;
        self.room.resize(self.end, 0);
    }

    /// A large run of bytes, kept until the payload is put together.
    pub fn blob(&mut self, body: B) {
        self.inserted += body.as_ref().len();
        self.inserts.push(Insert { before: self.end, body });
    }

    /// A run of `length` bytes for which an empty `body` stands: whoever puts the parts together leaves room for it.
    pub fn gap(&mut self, length: usize, body: B) {
        self.inserted += length;
        self.inserts.push(Insert { before: self.end, body });
    }

    /// Takes the blobs out of a payload that is not needed any more.
    pub fn take_blobs(&mut self) -> impl Iterator<Item = B> {
        self.inserted = 0;
        self.inserts.drain(..).map(|insert| insert.body)
    }

    /// Writes the length of a sequence (nothing for an array), after checking it against the cardinality.
    pub fn length<const BIG: bool>(&mut self, cardinality: Cardinality, length: usize) -> Result<()> {
        check_length(cardinality, length)?;
        if let Cardinality::Sequence { .. } = cardinality {
            self.number::<u32, BIG>(wire_length(length)?);
        }
        Ok(())
    }

    /// Reserves the place of a length that is not known yet; see [`CdrWriter::fill_length`].
    #[inline]
    pub fn reserve_length(&mut self) -> usize {
        self.number::<u32, false>(0);
        self.end - 4
    }

    /// Fills a reserved place in.
    #[inline]
    pub fn fill_length<const BIG: bool>(&mut self, at: usize, length: usize) -> Result<()> {
        let length = wire_length(length)?;
        if let Some(place) = self.room.get_mut(at..at + 4) {
            place.copy_from_slice(&length.to_bytes(BIG));
        }
        Ok(())
    }

    /// The payload's parts in order, own bytes and blobs.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.inserts.iter().map(|insert| insert.before));
        let ends = self.inserts.iter().map(|insert| insert.before).chain(std::iter::once(self.end));
        let own = starts.zip(ends).map(|(start, end)| &self.room[start..end]);
        let blobs = self.inserts.iter().map(|insert| insert.body.as_ref()).chain(std::iter::once(&[][..]));
        own.zip(blobs).flat_map(|(own, blob)| [own, blob]).filter(|part| !part.is_empty())
    }

    /// The payload, when there are no blobs in it.
    #[must_use]
    pub fn as_contiguous(&self) -> Option<&[u8]> {
        self.inserts.is_empty().then(|| &self.room[..self.end])
    }

    /// The payload in one piece.
    #[must_use]
    pub fn into_bytes(mut self) -> Vec<u8> {
        if self.inserts.is_empty() {
            self.room.truncate(self.end);
            return self.room;
        }
        let mut whole = Vec::with_capacity(self.len());
        self.parts().for_each(|part| whole.extend_from_slice(part));
        whole
    }

    /// The payload's own bytes and the blobs to insert before the given indices of them.
    #[must_use]
    pub fn into_parts(mut self) -> (Vec<u8>, Vec<(usize, B)>) {
        self.room.truncate(self.end);
        (self.room, self.inserts.into_iter().map(|insert| (insert.before, insert.body)).collect())
    }
}

/// Numbers that are written one behind the other. Where the payload ends stays in a register meanwhile: to store and load
/// it for each number takes longer than all else about it (C3).
pub struct Numbers<'w, B: AsRef<[u8]>> {
    writer: &'w mut CdrWriter<B>,
    end: usize,
    phase: usize,
}

impl<B: AsRef<[u8]>> Numbers<'_, B> {
    /// The next number, aligned.
    #[inline(always)]
    pub fn push<T: Number, const BIG: bool>(&mut self, value: T) {
        let padding = self.phase.wrapping_add(self.end).wrapping_neg() & (T::SIZE - 1);
        self.writer.ensure(self.end, STEP);
        if let Some(place) = self.writer.room[self.end..].first_chunk_mut::<STEP>() {
            place[..8].fill(0);
            place[padding..padding + T::SIZE].copy_from_slice(value.to_bytes(BIG).as_ref());
        }
        self.end += padding + T::SIZE;
    }
}

impl<B: AsRef<[u8]>> Drop for Numbers<'_, B> {
    #[inline(always)]
    fn drop(&mut self) {
        self.writer.end = self.end;
    }
}

/// Copies a text to a place of its length. Most are so short that a call costs more than the copy (C3).
#[inline(always)]
fn copy_text(place: &mut [u8], text: &[u8]) {
    macro_rules! two_chunks {
        ($size:literal) => {
            if let (Some(first), Some(last)) = (text.first_chunk::<$size>(), text.last_chunk::<$size>()) {
                place.first_chunk_mut::<$size>().map(|place| *place = *first);
                place.last_chunk_mut::<$size>().map(|place| *place = *last);
            }
        };
    }
    match text.len() {
        4..=8 => two_chunks!(4),
        9..=16 => two_chunks!(8),
        17..=32 => two_chunks!(16),
        _ => place.copy_from_slice(text),
    }
}

/// Errors when `length` elements are too many or too few.
#[inline]
pub fn check_length(cardinality: Cardinality, length: usize) -> Result<()> {
    match cardinality {
        Cardinality::Array(wanted) if length as u64 != wanted => {
            Err(Error::new(ErrorKind::Length, format!("expected exactly {wanted} elements, got {length}")))
        }
        Cardinality::Sequence { bound: Some(bound) } if length as u64 > bound => {
            Err(Error::new(ErrorKind::Bound, format!("{length} elements, but the bound is {bound}")))
        }
        _ => Ok(()),
    }
}

fn wire_length(length: usize) -> Result<u32> {
    u32::try_from(length)
        .map_err(|_| Error::new(ErrorKind::Bound, format!("{length} elements do not fit a 32-bit length")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_keep_their_place_and_alignment() {
        let mut writer = CdrWriter::new(Endian::Little, 16);
        writer.number::<u8, false>(1);
        writer.blob(vec![2, 3]);
        writer.number::<u32, false>(4);
        writer.blob(vec![5; 3]);
        assert_eq!(writer.len(), 4 + 3 + 1 + 4 + 3);
        let parts: Vec<&[u8]> = writer.parts().collect();
        assert_eq!(parts, [&[0, 1, 0, 0, 1][..], &[2, 3], &[0, 4, 0, 0, 0], &[5, 5, 5]]);
        assert_eq!(writer.into_bytes(), [0, 1, 0, 0, 1, 2, 3, 0, 4, 0, 0, 0, 5, 5, 5]);
    }

    #[test]
    fn a_nul_is_found_at_every_place_of_texts_of_every_length() {
        for length in 0..100 {
            let mut text: Vec<u8> = (0..length).map(|index| if index % 2 == 0 { 0x80 } else { 1 }).collect();
            assert!(!holds_nul(&text), "{length}");
            for index in 0..text.len() {
                let byte = std::mem::replace(&mut text[index], 0);
                assert!(holds_nul(&text), "{index} of {length}");
                text[index] = byte;
            }
        }
    }

    #[test]
    fn other_encapsulations_are_refused_by_name() {
        let table = [
            ([0, 3, 0, 0], "PL_CDR"),
            ([0, 7, 0, 0], "plain XCDR2"),
            ([0, 9, 0, 0], "delimited XCDR2"),
            ([0, 11, 0, 0], "parameter-list XCDR2"),
            ([1, 1, 0, 0], "unknown encapsulation"),
        ];
        for (header, name) in table {
            let error = Encapsulation::read(&header).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Encapsulation);
            assert!(error.to_string().contains(name), "{error}");
        }
        assert_eq!(Encapsulation::read(&[0, 1, 0]).unwrap_err().kind(), ErrorKind::Truncated);
    }

    #[test]
    fn a_length_beyond_the_payload_is_refused_before_anything_is_allocated() {
        let payload = [0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 2];
        let error = CdrReader::new(&payload).length::<false>(None, 8).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::Truncated, Some(4)));
    }
}
