//! What is said by others than people: organisations, what they publish, and what somebody has written.

use crate::extract::annotated::quotes;

#[test]
fn what_an_outlet_prints_is_its_own() {
    quotes(
        r"
        The Harbour Gazette claims, “The boat was never lost.”
                                     ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Harbour Gazette
        ---
        The latest edition of the Harbour Gazette insists, “The boat was never lost.”
                                                            ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Harbour Gazette
        ---
        The Harbour Gazette’s new cover story declares, “The boat was never lost.”
                                                         ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Harbour Gazette
        ---
        A website says, “The boat was never lost.”
                         ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ",
    );
}

#[test]
fn what_somebody_wrote_is_theirs() {
    quotes(
        r"
        Orla Quist’s suit claimed, “The boat was never lost.”
                                    ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “The boat was never lost,” per Orla Quist’s recollections.
         ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        Orla Quist’s lawyer claimed, “The boat was never lost.”
                                      ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Orla Quist released a statement on Friday. “The boat was never lost,” the statement read.
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn who_shares_a_picture_wrote_what_stands_under_it() {
    quotes(
        r"
        Orla Quist shared some pictures of Ada Lind and Rafe Montclair with the caption: “The boat was never lost.”
                                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        Mr Montclair was quoting Orla Quist, who directed him in “The Boat” and who told The Harbour Courier in 2019: “The boat was never lost.”
                                                                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn the_magazine_is_whoever_prints() {
    quotes(
        r"
        Orla Quist told Rook Weekly that she was tired. The magazine claims, “The boat was never lost.”
                                                                              ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Rook Weekly
        ",
    );
}

#[test]
fn who_is_of_an_organisation_speaks_for_themselves() {
    quotes(
        r"
        According to Harbour Gazette editor Orla Quist, “The boat was never lost.”
                                                         ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “The boat was never lost,” said Orla Quist per the Harbour Gazette.
         ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        Orla Quist of the trade body Rook Records said, “The boat was never lost.”
                                                         ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        A spokesman for the label Rook Records said, “The boat was never lost.”
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ",
    );
}
