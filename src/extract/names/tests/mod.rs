//! What is made of names in whole stories, of invented people.

mod cleaning;
mod resolution;
