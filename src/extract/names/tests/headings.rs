//! Lines in which every word has a capital.

use crate::extract::annotated::names;

#[test]
fn headings_are_cut_at_their_verbs() {
    names(
        r"
        Orla Venn Weds Tadeo Brisk in Leeds
        ^^^^^^^^^ person:Orla Venn
                       ^^^^^^^^^^^ person:Tadeo Brisk
                                      ^^^^^ place:Leeds

        It rained.
        ---
        Venn Leaves Tour
        ^^^^ person:Orla Venn

        Orla Venn, 34, left the tour. Her manager, Tadeo Brisk, was in Leeds.
        ^^^^^^^^^ person:Orla Venn
                                                   ^^^^^^^^^^^ person:Tadeo Brisk
                                                                       ^^^^^ place:Leeds
        ---
        ORLA VENN DUMPS TADEO BRISK AFTER WILD NIGHT
        ^^^^^^^^^ person:Orla Venn
                        ^^^^^^^^^^^ person:Tadeo Brisk

        It rained.
        ---
        Rafe Montclair Dishes On New Baby With Orla Quist
        ^^^^^^^^^^^^^^ person:Rafe Montclair
                                               ^^^^^^^^^^ person:Orla Quist

        It rained.
        ---
        Quist Slams Montclair
        ^^^^^ person:Orla Quist
                    ^^^^^^^^^ person:Rafe Montclair

        Orla Quist has slammed Rafe Montclair.
        ^^^^^^^^^^ person:Orla Quist
                               ^^^^^^^^^^^^^^ person:Rafe Montclair
        ",
    );
}
