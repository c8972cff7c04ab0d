//! What is made of quotes in whole stories, by invented people.

mod clues;
mod faults;
mod issuers;
mod kinds;
mod speakers;
mod stances;
