//! What is made of names in whole stories, of invented people.

mod by_names;
mod cleaning;
mod headings;
mod kinds;
mod languages;
mod marks;
mod resolution;
