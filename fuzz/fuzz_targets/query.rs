//! Reading queries: no text makes it fail, and what it prints is read the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match pullquote::query::parse(text) {
        Ok(query) => {
            let printed = query.to_string();
            assert_eq!(pullquote::query::parse(&printed).as_ref(), Ok(&query), "{printed}");
        }
        Err(error) => {
            let _ = error.shown(text);
        }
    }
    let _ = pullquote::query::plain(text);
});
