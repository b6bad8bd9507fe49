//! What a message type *is*: names, fields, constants, defaults, and the RIHS01 hash.
//!
//! The waist of the crate. Whatever a type came from (interface text, a recording, a peer), it becomes a
//! [`TypeDescription`], named exactly as in `type_description_interfaces`; [`Definition`] adds what a
//! description does not carry (constants, comments, source text). Used by every other room.
//!
//! ```
//! use ros_z_dynamic::schema::{Field, FieldType, IndividualTypeDescription, Primitive, TypeDescription, TypeHash};
//! let string = TypeDescription {
//!     type_description: IndividualTypeDescription {
//!         type_name: "std_msgs/msg/String".into(),
//!         fields: vec![Field::new("data", FieldType::string(0))],
//!     },
//!     referenced_type_descriptions: vec![],
//! };
//! assert!(TypeHash::of(&string)?.to_string().starts_with("RIHS01_df668c74"));
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod definition;
mod description;
mod expand;
mod hash;
mod literal;
mod primitive;
mod type_name;

pub use definition::{Annotation, AnnotationValue, Constant, Definition, DefinitionKind, SourceText};
pub use description::{
    Cardinality, Element, Field, FieldType, IndividualTypeDescription, PLACEHOLDER_MEMBER, TypeDescription,
    TypeSource,
};
pub use expand::{Interface, expand};
pub use hash::{HASH_NOT_SUPPORTED, TypeHash};
pub use literal::Literal;
pub(crate) use primitive::for_each_scalar;
pub use primitive::{Number, Primitive, Scalar, narrow, widen};
pub use type_name::{InterfaceNamespace, TypeName};
