//! One table for each kind of fault that put words into a wrong mouth.

use crate::extract::annotated::quotes;

#[test]
fn the_next_sentence_takes_no_finished_fragment() {
    quotes(
        r"
        Rafe Montclair said the tour was “a long cold mess.” Orla Quist laughed.
                                          ^^^^^^^^^^^^^^^^^ mixed speaker:Rafe Montclair
        ---
        Rafe Montclair called the tour “a long cold mess.” Orla Quist said she was tired.
                                        ^^^^^^^^^^^^^^^^^ mixed speaker:Rafe Montclair
        ---
        Rafe Montclair said the tour was “a long cold mess!” Orla Quist said it was fun.
                                          ^^^^^^^^^^^^^^^^^ mixed speaker:Rafe Montclair
        ---
        According to Rafe Montclair, “the bus was cold.” Orla Quist told him: “You are fired.”
                                      ^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
                                                                               ^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “We lost the light,” said Rafe Montclair. “And then the lamp.” Orla Quist laughed.
         ^^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
                                                   ^^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ",
    );
}

#[test]
fn a_clause_joined_on_takes_no_fragment() {
    quotes(
        r"
        The tour was “a long cold mess for all of us” and Rafe Montclair said he was tired.
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed speaker:nobody
        ---
        Orla Quist called the tour “a long cold mess” and Rafe Montclair said he was tired.
                                    ^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ---
        Orla Quist called the tour “a long cold mess” but Rafe Montclair insisted it was fun.
                                    ^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ---
        Orla Quist called the tour “a long cold mess” and said Rafe Montclair “should have stayed at home with his dogs”.
                                    ^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
                                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ",
    );
}

#[test]
fn marks_inside_a_name_end_nothing() {
    quotes(
        r"
        E! host Orla Quist said, “We are live from the pier.”
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “We are live from the pier,” E! host Orla Quist said.
         ^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn an_office_is_no_place_where_somebody_stands() {
    quotes(
        r"
        US Secretary of State Rafe Montclair wrote, “The boat is gone.”
                                                     ^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Lead author Orla Quist of Northlight College told the crowd, “The boat is gone.”
                                                                      ^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn a_pronoun_goes_on_with_whom_nobody_names() {
    quotes(
        r"
        Orla Quist left early. A friend heard it all. “They argued about the soup,” she told us. “It was cold.”
                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:nobody
                                                                                                  ^^^^^^^^^^^^ direct speaker:nobody
        ---
        Orla Quist left early. A source close to the singer was blunt. “She hates the soup,” she said.
                                                                        ^^^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Orla Quist left early. She told nobody. “I hate the soup,” she said.
                                                 ^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        Actress Orla Quist left early. A reporter asked her why. “I hate the soup,” she said.
                                                                  ^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        Actress Orla Quist left early. When a waitress wondered why, Quist smiled. “I hate the soup,” she said.
                                                                                    ^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn a_name_that_qualifies_is_not_who_speaks() {
    quotes(
        r"
        The Montclair campaign accused Orla Quist of “siding with the crows”. Rafe Montclair laughed.
                                                      ^^^^^^^^^^^^^^^^^^^^^ mixed speaker:nobody
        ---
        “We are all very tired,” the Montclair household said. Rafe Montclair slept.
         ^^^^^^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Rafe Montclair recently accused Orla Quist of “siding with the crows”.
                                                       ^^^^^^^^^^^^^^^^^^^^^ mixed speaker:Rafe Montclair
        ",
    );
}

#[test]
fn who_hears_does_not_speak() {
    quotes(
        r"
        The footballing legend, 41, told chat show host Orla Quist: “I was never asked.”
                                                                     ^^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Rafe Montclair was told by Orla Quist, “You are late again.”
                                                ^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “It was a long night,” surgeon Rafe Montclair, who has not treated Orla Quist, told the paper.
         ^^^^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        “She was so happy,” continued the insider, Orla Quist, 67, in the room.
         ^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Orla Quist said “I told you he was right!” when Rafe Montclair was found not guilty.
                         ^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn whom_a_sentence_is_about_does_not_speak() {
    quotes(
        r"
        Another insider claims director Orla Quist wanted the “real thing”.
                                                               ^^^^^^^^^^ mixed speaker:nobody
        ---
        Rafe Montclair claims Orla Quist wanted the “real and only thing”.
                                                     ^^^^^^^^^^^^^^^^^^^ mixed speaker:Rafe Montclair
        ---
        Orla Quist wanted the “real and only thing”, Rafe Montclair was told.
                               ^^^^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ---
        Reports claim Orla Quist is “furious” at the studio.
                                     ^^^^^^^ mixed speaker:nobody
        ---
        Orla Quist was said to have made the crew feel “very stupid indeed” all week.
                                                        ^^^^^^^^^^^^^^^^^^ mixed speaker:nobody
        ",
    );
}

#[test]
fn a_source_that_leads_in() {
    quotes(
        r"
        According to Orla Quist, the set was “a floating disaster”.
                                              ^^^^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ---
        It was “a floating disaster,” according to Orla Quist.
                ^^^^^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ",
    );
}

#[test]
fn short_words_and_capitals_are_said() {
    quotes(
        r"
        Orla Quist said, “Thank you Leeds.”
                          ^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        Orla Quist wrote: “Queen!”
                           ^^^^^^ direct speaker:Orla Quist
        ---
        “You do,” Orla Quist shot back.
         ^^^^^^^ direct speaker:Orla Quist
        ---
        Orla Quist wrote: “NO – YOU ARE CRYING BECAUSE OF THE BOAT.”
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        In “The Paper Boat,” a poem by Orla Quist, nobody swims.
        ",
    );
}

#[test]
fn lines_that_sign_and_lead_in() {
    quotes(
        r"
        “We will be back” — Orla Quist, director
         ^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “She is a true talent, and she will be back.” - Orla Quist, producer
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “She is the best we ever had, and I mean it.”
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ― Orla Quist
        ---
        Orla Quist released the following statement:
        “The boat brings with it a wealth of songs.”
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        And from Rafe Montclair:
        “Come home, all of you.”
         ^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        “I loved the boat. I loved the soup.
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        “But I hated the rain,” Orla Quist said.
         ^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn single_marks_and_marks_that_are_missing() {
    quotes(
        r#"
        ‘He said “no” to me,’ Orla Quist said. ‘We walked home in the rain.’
         ^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “I am done with boats, Orla Quist said on Tuesday. Rafe Montclair shrugged.
         ^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        There was a big boat outside. " What is it? " asked Orla Quist.
                                        ^^^^^^^^^^^ direct speaker:Orla Quist
        "#,
    );
}

#[test]
fn what_somebody_is_tells_who_is_meant() {
    quotes(
        r"
        Singer Orla Quist met nurse Ada Lindqvist in Rome. Lindqvist was late. “I could not wait any longer,” the singer said.
                                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn who_is_spoken_of_in_the_words_does_not_speak_them() {
    quotes(
        r"
        Orla Quist and Bram Quist gave a boat to the town. Bram Quist rowed. “Bram and I were late again,” Quist said.
                                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}

#[test]
fn pronouns_tell_the_sex_of_a_name_that_nobody_knows() {
    quotes(
        r"
        Zarvela Tansk came in May. “I sleep,” she said. “I eat,” she added. The label of Ordo Plint was there. “I am tired of boats,” he said.
                                    ^^^^^^^^ direct speaker:Zarvela Tansk
                                                         ^^^^^^ direct speaker:Zarvela Tansk
                                                                                                                ^^^^^^^^^^^^^^^^^^^^ direct speaker:Ordo Plint
        ---
        Ordo Plint wrote a song.
        Zarvela Tansk came in May. “I sleep,” she said. “I eat,” she added.
                                    ^^^^^^^^ direct speaker:Zarvela Tansk
                                                         ^^^^^^ direct speaker:Zarvela Tansk
        Zarvela Tansk left at noon. “I am tired of boats,” he said.
                                     ^^^^^^^^^^^^^^^^^^^^ direct speaker:Ordo Plint
        ",
    );
}

#[test]
fn of_whom_is_not_who() {
    quotes(
        r"
        “I like boats,” Orla Quist said. “I like soup.” And of Ada Lind, who plays wicked daughter Vanessa: “She is a joy on a boat.”
         ^^^^^^^^^^^^^ direct speaker:Orla Quist
                                          ^^^^^^^^^^^^ direct speaker:Orla Quist
                                                                                                             ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ",
    );
}
