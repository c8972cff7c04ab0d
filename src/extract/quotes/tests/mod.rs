//! What is made of quotes in whole stories, by invented people.

mod clues;
mod kinds;
mod speakers;
