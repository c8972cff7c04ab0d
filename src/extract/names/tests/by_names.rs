//! By-names, relatives who share a surname, and whom a bare surname means.

use crate::extract::annotated::names;

#[test]
fn a_by_name_that_the_story_declares_is_its_bearer() {
    names(
        r"
        Orla Quist, better known as Lady Quill, sang. Lady Quill bowed.
        ^^^^^^^^^^ person:Orla Quist
                                    ^^^^^^^^^^ person:Orla Quist
                                                      ^^^^^^^^^^ person:Orla Quist
        ---
        Rafe Montclair (aka The Duke) won. The Duke was proud.
        ^^^^^^^^^^^^^^ person:Rafe Montclair
                                ^^^^ person:Rafe Montclair
                                               ^^^^ person:Rafe Montclair
        ---
        Otto Brandvold, nicknamed “Big Otter” by fans, sang. Big Otter bowed. “No,” Big Otter said.
        ^^^^^^^^^^^^^^ person:Otto Brandvold
                                   ^^^^^^^^^ person:Otto Brandvold
                                                             ^^^^^^^^^ person:Otto Brandvold
                                                                                    ^^^^^^^^^ person:Otto Brandvold
        ---
        Lady Quill, whose real name is Orla Quist, sang. Quist bowed.
        ^^^^^^^^^^ person:Lady Quill
                                       ^^^^^^^^^^ person:Lady Quill
                                                         ^^^^^ person:Lady Quill
        ---
        Minnow, born Orla Quist, sang. Quist bowed.
        ^^^^^^ person:Minnow
                     ^^^^^^^^^^ person:Minnow
                                       ^^^^^ person:Minnow
        ",
    );
}

#[test]
fn by_names_made_of_a_name_are_its_bearer() {
    names(
        r"
        Justin Montclair sang in Leeds. Then Justin left, and Monty with him. RaRa, or Rafaela Quist, stayed.
        ^^^^^^^^^^^^^^^^ person:Justin Montclair
                                 ^^^^^ place:Leeds
                                             ^^^^^^ person:Justin Montclair
                                                              ^^^^^ person:Justin Montclair
                                                                              ^^^^ person:Rafaela Quist
                                                                                       ^^^^^^^^^^^^^ person:Rafaela Quist
        ---
        Minnowé sang in Leeds on Friday. “No,” Queen Minn said.
        ^^^^^^^ person:Minnowé
                        ^^^^^ place:Leeds
                                                     ^^^^ person:Minnowé
        ",
    );
}

#[test]
fn relatives_share_a_surname_that_one_of_them_has() {
    names(
        r"
        Josh and Benny Safdor directed the film. The Safdors grew up in Queens. “No,” Josh said.
        ^^^^ person:Josh Safdor
                 ^^^^^^^^^^^^ person:Benny Safdor
                                                                        ^^^^^^ place:Queens
                                                                                      ^^^^ person:Josh Safdor
        ---
        Sisters Kim, Chloe and Courtney Venn arrived.
                ^^^ person:Kim Venn
                     ^^^^^ person:Chloe Venn
                               ^^^^^^^^^^^^^ person:Courtney Venn
        ---
        Rafe and Otto Brandvold met.
        ^^^^ person:Rafe
                 ^^^^^^^^^^^^^^ person:Otto Brandvold
        ",
    );
}

#[test]
fn a_bare_surname_is_whoever_was_named_first() {
    names(
        r"
        Orla Quist won. Her mother, Andrea Quist, wept. Quist thanked her fans.
        ^^^^^^^^^^ person:Orla Quist
                                    ^^^^^^^^^^^^ person:Andrea Quist
                                                        ^^^^^ person:Orla Quist
        ---
        Orla Quist won. Her brother, Rafe Quist, wept. Mr. Quist had a cold. Quist thanked her fans.
        ^^^^^^^^^^ person:Orla Quist
                                     ^^^^^^^^^^ person:Rafe Quist
                                                           ^^^^^ person:Rafe Quist
                                                                             ^^^^^ person:Orla Quist
        ",
    );
}
