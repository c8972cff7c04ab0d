//! Records as the index stores them: packed, without the names of their fields.
//!
//! The format is [postcard](https://postcard.jamesmunns.com/wire-format): whole numbers in as few bytes as they need, texts
//! and lists behind their lengths, every field in its place. So no field of a stored type may be left out when it is
//! empty, and a type that changes needs another [`SCHEMA_VERSION`](crate::fields::SCHEMA_VERSION).

use serde::{Serialize, de::DeserializeOwned};

/// A stored record that cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored record cannot be understood")]
pub struct Damaged;

/// Packs a record.
pub fn pack(record: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(record).expect("a record has neither maps nor lists of unknown length")
}

/// Reads a packed record, of which nothing is left over.
///
/// # Errors
/// When it is no record of that type.
pub fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Result<T, Damaged> {
    match postcard::take_from_bytes(packed) {
        Ok((record, [])) => Ok(record),
        _ => Err(Damaged),
    }
}

/// Reads the first fields of a packed record.
///
/// # Errors
/// When it does not begin like a record of that type.
pub fn unpack_first<T: DeserializeOwned>(packed: &[u8]) -> Result<T, Damaged> {
    postcard::take_from_bytes(packed).map(|(record, _)| record).map_err(|_| Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_short_or_too_long_is_no_record() {
        let record = ("Mia".to_owned(), vec![1_u32, 500], Some(0.25_f32));
        let packed = pack(&record);
        assert_eq!(packed.len(), 1 + 3 + 1 + 1 + 2 + 1 + 4);
        assert_eq!(unpack(&packed), Ok(record));
        assert_eq!(unpack_first::<String>(&packed).as_deref(), Ok("Mia"));
        for len in 0..packed.len() {
            assert_eq!(unpack::<(String, Vec<u32>, Option<f32>)>(&packed[..len]), Err(Damaged), "{len}");
        }
        assert_eq!(unpack::<String>(&packed), Err(Damaged));
    }
}
