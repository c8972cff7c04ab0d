//! The markup that pages share. Everything that comes from a story is text: escaped by the template, and characters that
//! steer, turn or hide are shown.

pub mod chart;
pub mod frame;
pub mod hit;
pub mod marked;
pub mod quote;
pub mod text;
