//! Files below the roots, in sorted order, with ignore rules and the size limit applied.
