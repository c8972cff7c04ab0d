//! Where a name begins and ends, and what it is.

use crate::extract::annotated::names;

#[test]
fn titles_and_roles_stand_outside() {
    names(
        r"
        Mr. Rafe Montclair met Dr. Orla Quist on Friday.
            ^^^^^^^^^^^^^^ person:Rafe Montclair
                                   ^^^^^^^^^^ person:Orla Quist
        ---
        Actress Mia Schachter and her husband Rafe Montclair left Lisbon.
                ^^^^^^^^^^^^^ person:Mia Schachter
                                              ^^^^^^^^^^^^^^ person:Rafe Montclair
                                                                  ^^^^^^ place:Lisbon
        ---
        Captain Rafe Montclair and Sgt. Otto Brandvold rowed.
                ^^^^^^^^^^^^^^ person:Rafe Montclair
                                        ^^^^^^^^^^^^^^ person:Otto Brandvold
        ---
        Ex-wife Orla Quist and ex-husband Rafe Montclair met.
                ^^^^^^^^^^ person:Orla Quist
                                          ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        Then-president Harold Whitcombe met Mrs. Whitcombe.
                       ^^^^^^^^^^^^^^^^ person:Harold Whitcombe
                                                 ^^^^^^^^^ person:Harold Whitcombe
        ---
        Mr Montclair met Mrs Quist. Miss Valcourt left.
           ^^^^^^^^^ person:Montclair
                             ^^^^^ person:Quist
                                         ^^^^^^^^ person:Valcourt
        ---
        Senator Harold Whitcombe, D-Ohio, met Governor Joan Pell.
                ^^^^^^^^^^^^^^^^ person:Harold Whitcombe
                                    ^^^^ place:Ohio
                                                       ^^^^^^^^^ person:Joan Pell
        ---
        Sir Rafe Montclair bought a house in Santa Barbara County.
            ^^^^^^^^^^^^^^ person:Rafe Montclair
                                             ^^^^^^^^^^^^^^^^^^^^ place:Santa Barbara County
        ",
    );
}

#[test]
fn endings_and_marks_stand_outside() {
    names(
        r"
        “Orla Quist’s” was the sign. Orla Quist's dog ran.
         ^^^^^^^^^^ person:Orla Quist
                                     ^^^^^^^^^^ person:Orla Quist
        ---
        Orla Quist-led group left. Orla Quist–Rafe Montclair rumours grew.
        ^^^^^^^^^^ person:Orla Quist
                                   ^^^^^^^^^^ person:Orla Quist
                                              ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        Orla Quist’s and Rafe Montclair’s boat sank.
        ^^^^^^^^^^ person:Orla Quist
                         ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        Orla Quist (right) and Rafe Montclair (left) at the gala.
        ^^^^^^^^^^ person:Orla Quist
                               ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        Director Ines Valcourt's “Salt and Velvet” won.
                 ^^^^^^^^^^^^^ person:Ines Valcourt
                                  ^^^^^^^^^^^^^^^ work:Salt and Velvet
        ",
    );
}

#[test]
fn small_words_and_initials_stand_inside() {
    names(
        r"
        J.P. Montclair and Orla O’Quist-Marsh arrived.
        ^^^^^^^^^^^^^^ person:J.P. Montclair
                           ^^^^^^^^^^^^^^^^^^ person:Orla O’Quist-Marsh
        ---
        Orla van der Quist and Rafe de la Montclair danced.
        ^^^^^^^^^^^^^^^^^^ person:Orla van der Quist
                               ^^^^^^^^^^^^^^^^^^^^ person:Rafe de la Montclair
        ---
        Rafe Montclair Jr. was born in Lisbon. Montclair lives in Cork.
        ^^^^^^^^^^^^^^^^^^ person:Rafe Montclair Jr.
                                       ^^^^^^ place:Lisbon
                                               ^^^^^^^^^ person:Rafe Montclair Jr.
                                                                  ^^^^ place:Cork
        ---
        Rafe Montclair III and Rafe Montclair II are here.
        ^^^^^^^^^^^^^^^^^^ person:Rafe Montclair III
                               ^^^^^^^^^^^^^^^^^ person:Rafe Montclair II
        ",
    );
}

#[test]
fn other_words_with_capitals_stand_outside() {
    names(
        r"
        Meanwhile Orla Quist stayed at home. Yesterday Rafe Montclair left.
                  ^^^^^^^^^^ person:Orla Quist
                                                       ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        Both Orla Quist and Rafe Montclair won.
             ^^^^^^^^^^ person:Orla Quist
                            ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        Mia Tran Slams Ex Gus Hall in New Video
        ^^^^^^^^ person:Mia Tran
                          ^^^^^^^^ person:Gus Hall

        Mia Tran was in Rome on Friday.
        ^^^^^^^^ person:Mia Tran
                        ^^^^ place:Rome
        ---
        Orla Quist Leaves Rafe Montclair After Long Summer
        ^^^^^^^^^^ person:Orla Quist
                          ^^^^^^^^^^^^^^ person:Rafe Montclair

        Orla Quist has left Rafe Montclair, friends say.
        ^^^^^^^^^^ person:Orla Quist
                            ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        ORLA QUIST LEAVES RAFE MONTCLAIR
        ^^^^^^^^^^ person:Orla Quist
                          ^^^^^^^^^^^^^^ person:Rafe Montclair

        Orla Quist left Rafe Montclair on Friday.
        ^^^^^^^^^^ person:Orla Quist
                        ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        In Orla Quist, Rafe Montclair found a friend.
           ^^^^^^^^^^ person:Orla Quist
                       ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        I saw Orla Quist. I did.
              ^^^^^^^^^^ person:Orla Quist
        ---
        @orlaquist thanked Orla Quist. #OrlaQuist trended.
                           ^^^^^^^^^^ person:Orla Quist
        ",
    );
}

#[test]
fn kinds() {
    names(
        r"
        Rafe Montclair stars in “The Paper Lantern” with Orla Quist.
        ^^^^^^^^^^^^^^ person:Rafe Montclair
                                 ^^^^^^^^^^^^^^^^^ work:The Paper Lantern
                                                         ^^^^^^^^^^ person:Orla Quist
        ---
        Rafe Montclair stars in ‘Salt and Velvet’ and ‘The Paper Lantern’.
        ^^^^^^^^^^^^^^ person:Rafe Montclair
                                 ^^^^^^^^^^^^^^^ work:Salt and Velvet
                                                       ^^^^^^^^^^^^^^^^^ work:The Paper Lantern
        ---
        Orla Quist moved from Los Angeles to London in May.
        ^^^^^^^^^^ person:Orla Quist
                              ^^^^^^^^^^^ place:Los Angeles
                                             ^^^^^^ place:London
        ---
        Orla Quist won at the Cannes Film Festival and at the Golden Globes.
        ^^^^^^^^^^ person:Orla Quist
                              ^^^^^^^^^^^^^^^^^^^^ event:Cannes Film Festival
                                                              ^^^^^^^^^^^^^ event:Golden Globes
        ---
        Otto Brandvold, chief executive of Brandvold & Sons, resigned.
        ^^^^^^^^^^^^^^ person:Otto Brandvold
                                           ^^^^^^^^^^^^^^^^ org:Brandvold & Sons
        ---
        Orla Quist posted on Instagram and on Twitter.
        ^^^^^^^^^^ person:Orla Quist
                             ^^^^^^^^^ org:Instagram
                                              ^^^^^^^ org:Twitter
        ---
        The actor Rafe Montclair signed with Northlight Pictures.
                  ^^^^^^^^^^^^^^ person:Rafe Montclair
                                             ^^^^^^^^^^^^^^^^^^^ org:Northlight Pictures
        ---
        The U.S. Senate met Orla Quist. The US is large.
            ^^^^^^^^^^^ org:U.S. Senate
                            ^^^^^^^^^^ person:Orla Quist
                                            ^^ place:US
        ",
    );
}

#[test]
fn half_of_a_given_name_has_a_small_letter() {
    names(
        r"
        The singer Park Seo-min was late. Seo-min sang with Lin Chih-hao.
                   ^^^^^^^^^^^^ person:Park Seo-min
                                          ^^^^^^^ person:Park Seo-min
                                                            ^^^^^^^^^^^^ person:Lin Chih-hao
        ---
        The Orla Quist-led band was late.
            ^^^^^^^^^^ person:Orla Quist
        ",
    );
}
