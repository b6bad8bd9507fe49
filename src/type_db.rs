//! (type_db)
