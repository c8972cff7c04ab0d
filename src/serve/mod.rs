//! The archive as pages and JSON over HTTP.
//!
//! A page asks the library and gives form to what it answers: it has no answers of its own. [`PAGES`] is the list of pages;
//! from it come the routes, the twins in JSON, JSON Lines and CSV, and the description of the interface.
//!
//! ```text
//! connection ──► guard ──► gate ──► page ──► answers ──► reply
//! listen.rs      host,     permits, pages/              HTML, JSON, CSV; tag, gzip
//!                token     queue
//! ```

mod app;
mod asked;
mod fault;
mod gate;
mod guard;
mod html;
mod listen;
mod live;
mod openapi;
mod pages;
mod params;
mod reply;
mod settings;
mod shown;
mod writes;

pub use self::{
    app::{App, router},
    listen::{Listening, serve},
    pages::{PAGES, Page, Param},
    settings::{Access, Log, Moment, Run, Settings},
};
