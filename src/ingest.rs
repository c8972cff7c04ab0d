//! One run: crawl → source → extract → index. The only module that knows all four.
