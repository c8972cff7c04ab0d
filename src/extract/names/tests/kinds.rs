//! What a name is the name of, decided once a story.

use crate::extract::annotated::names;

#[test]
fn one_decision_a_story() {
    names(
        r"
        Northlight Pictures bought the film. Northlight said it was happy. “We love it,” Northlight said.
        ^^^^^^^^^^^^^^^^^^^ org:Northlight Pictures
                                             ^^^^^^^^^^ org:Northlight Pictures
                                                                                         ^^^^^^^^^^ org:Northlight Pictures
        ---
        Paris Holloway flew to Paris. Paris said it was cold in Paris.
        ^^^^^^^^^^^^^^ person:Paris Holloway
                               ^^^^^ place:Paris
                                      ^^^^^ person:Paris Holloway
                                                                ^^^^^ place:Paris
        ---
        Montclair's agent said no. “No,” Montclair's agent said. Rafe Montclair was away.
        ^^^^^^^^^ person:Rafe Montclair
                                         ^^^^^^^^^ person:Rafe Montclair
                                                                 ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        She flew from L.A. to LA, then to the U.S., the US and the United States. He left.
                      ^^^^ place:L.A.
                              ^^ place:L.A.
                                              ^^^^ place:United States
                                                        ^^ place:United States
                                                                   ^^^^^^^^^^^^^ place:United States
        ",
    );
}
