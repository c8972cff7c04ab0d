//! Who is who: mentions of one name are joined, those of two are not.

use crate::extract::annotated::names;

#[test]
fn parts_of_a_name_are_the_whole() {
    names(
        r"
        Mia Schachter’s film opens in May. Schachter is in Cork.
        ^^^^^^^^^^^^^ person:Mia Schachter
                                           ^^^^^^^^^ person:Mia Schachter
                                                           ^^^^ place:Cork
        ---
        Orla Quist sang. Ms Quist bowed. Orla's voice broke.
        ^^^^^^^^^^ person:Orla Quist
                            ^^^^^ person:Orla Quist
                                         ^^^^ person:Orla Quist
        ---
        Dr. Quist called. Orla Quist is a doctor.
            ^^^^^ person:Orla Quist
                          ^^^^^^^^^^ person:Orla Quist
        ---
        “I love you, Orla,” Rafe Montclair told Orla Quist.
                     ^^^^ person:Orla Quist
                            ^^^^^^^^^^^^^^ person:Rafe Montclair
                                                ^^^^^^^^^^ person:Orla Quist
        ---
        In Paris, Quist met Montclair. Orla Quist and Rafe Montclair had not met before.
           ^^^^^ place:Paris
                  ^^^^^ person:Orla Quist
                            ^^^^^^^^^ person:Rafe Montclair
                                       ^^^^^^^^^^ person:Orla Quist
                                                      ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        Quist sang in Cork. Her full name is Orla Mae Quist.
        ^^^^^ person:Orla Mae Quist
                      ^^^^ place:Cork
                                             ^^^^^^^^^^^^^^ person:Orla Mae Quist
        ---
        Orla Mae Quist sang. Orla Quist bowed.
        ^^^^^^^^^^^^^^ person:Orla Mae Quist
                             ^^^^^^^^^^ person:Orla Mae Quist
        ---
        Orla Quist met Rafe. Rafe Montclair is a cook.
        ^^^^^^^^^^ person:Orla Quist
                       ^^^^ person:Rafe Montclair
                             ^^^^^^^^^^^^^^ person:Rafe Montclair
        ",
    );
}

#[test]
fn short_forms_of_first_names() {
    names(
        r"
        Jennifer Holloway is back. Jen said hello.
        ^^^^^^^^^^^^^^^^^ person:Jennifer Holloway
                                   ^^^ person:Jennifer Holloway
        ---
        Robert Tennick and Elizabeth Tennick arrived. Bob smiled. Liz did not.
        ^^^^^^^^^^^^^^ person:Robert Tennick
                           ^^^^^^^^^^^^^^^^^ person:Elizabeth Tennick
                                                      ^^^ person:Robert Tennick
                                                                  ^^^ person:Elizabeth Tennick
        ---
        Katherine Pell sang. Kate bowed. William Pell clapped. Bill left.
        ^^^^^^^^^^^^^^ person:Katherine Pell
                             ^^^^ person:Katherine Pell
                                         ^^^^^^^^^^^^ person:William Pell
                                                               ^^^^ person:William Pell
        ",
    );
}

#[test]
fn people_with_one_surname_stay_apart() {
    names(
        r"
        Joanna Bellweather and Martin Bellweather arrived. “No comment,” Joanna said. Martin left.
        ^^^^^^^^^^^^^^^^^^ person:Joanna Bellweather
                               ^^^^^^^^^^^^^^^^^^ person:Martin Bellweather
                                                                         ^^^^^^ person:Joanna Bellweather
                                                                                      ^^^^^^ person:Martin Bellweather
        ---
        Martin Bellweather spoke. Mr. Bellweather left. Bellweather's car broke down.
        ^^^^^^^^^^^^^^^^^^ person:Martin Bellweather
                                      ^^^^^^^^^^^ person:Martin Bellweather
                                                        ^^^^^^^^^^^ person:Martin Bellweather
        ",
    );
}

#[test]
fn first_names_that_are_words_or_places() {
    names(
        r"
        Madison Quist lives in New York City. Madison is nine.
        ^^^^^^^^^^^^^ person:Madison Quist
                               ^^^^^^^^^^^^^ place:New York City
                                              ^^^^^^^ person:Madison Quist
        ---
        On Monday, April Tennick spoke. April was calm.
                   ^^^^^^^^^^^^^ person:April Tennick
                                        ^^^^^ person:April Tennick
        ",
    );
}

#[test]
fn initials_stand_for_organisations() {
    names(
        r"
        Orla Quist works for the BBC. The British Broadcasting Corporation said nothing.
        ^^^^^^^^^^ person:Orla Quist
                                 ^^^ org:British Broadcasting Corporation
                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ org:British Broadcasting Corporation
        ---
        The Federal Bureau of Investigation (FBI) called Orla Quist. The FBI called twice.
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ org:Federal Bureau of Investigation
                                             ^^^ org:Federal Bureau of Investigation
                                                         ^^^^^^^^^^ person:Orla Quist
                                                                         ^^^ org:Federal Bureau of Investigation
        ",
    );
}

#[test]
fn the_same_words_are_the_same() {
    names(
        r"
        The film “The Paper Lantern” won. “The Paper Lantern” is sad. The Paper Lantern star Orla Quist wept.
                  ^^^^^^^^^^^^^^^^^ work:The Paper Lantern
                                           ^^^^^^^^^^^^^^^^^ work:The Paper Lantern
                                                                      ^^^^^^^^^^^^^^^^^ work:The Paper Lantern
                                                                                             ^^^^^^^^^^ person:Orla Quist
        ---
        Orla Quist told The Hollywood Reporter that she was tired. The Hollywood Reporter called again.
        ^^^^^^^^^^ person:Orla Quist
                            ^^^^^^^^^^^^^^^^^^ org:The Hollywood Reporter
                                                                       ^^^^^^^^^^^^^^^^^^ org:The Hollywood Reporter
        ---
        Orla Quist lives in Cork, Ireland. Cork is small.
        ^^^^^^^^^^ person:Orla Quist
                            ^^^^ place:Cork
                                  ^^^^^^^ place:Ireland
                                           ^^^^ place:Cork
        ---
        The Northlight Trust paid. She thanked The Northlight Trust.
            ^^^^^^^^^^^^^^^^ org:Northlight Trust
                                                   ^^^^^^^^^^^^^^^^ org:Northlight Trust
        ",
    );
}

#[test]
fn a_surname_that_is_half_of_another() {
    names(
        r"
        Ada Marsh-Quill sued Dorian Quill in May. Quill laughed. Ada Marsh-Quill wept.
        ^^^^^^^^^^^^^^^ person:Ada Marsh-Quill
                             ^^^^^^^^^^^^ person:Dorian Quill
                                                  ^^^^^ person:Dorian Quill
                                                                 ^^^^^^^^^^^^^^^ person:Ada Marsh-Quill
        ---
        Judith Quill raised Ada Marsh-Quill. Marsh-Quill sang. Quill did not.
        ^^^^^^^^^^^^ person:Judith Quill
                            ^^^^^^^^^^^^^^^ person:Ada Marsh-Quill
                                             ^^^^^^^^^^^ person:Ada Marsh-Quill
                                                               ^^^^^ person:Judith Quill
        ",
    );
}
