//! What credits a quote: the rule, the cue, and the words that point to the speaker.

use crate::extract::annotated::clues;

#[test]
fn a_speaker_and_a_verb_behind() {
    clues(
        r#"
        “We lost the light twice,” Mia Schachter said on Friday.
         ^^^^^^^^^^^^^^^^^^^^^^^^ speaker-after
                                   ^^^^^^^^^^^^^ speaker:Mia Schachter
                                                 ^^^^ cue
        ---
        “It was not safe,” Mia Schachter explained to the crew.
         ^^^^^^^^^^^^^^^^ speaker-after
                           ^^^^^^^^^^^^^ speaker:Mia Schachter
                                         ^^^^^^^^^ cue
        ---
        “We are going home,” Mia Schachter posted on Sunday.
         ^^^^^^^^^^^^^^^^^^ speaker-after
                             ^^^^^^^^^^^^^ speaker:Mia Schachter
                                           ^^^^^^ cue
        ---
        “The water is rising!” Rafe Montclair shouted at Mia Schachter.
         ^^^^^^^^^^^^^^^^^^^^ speaker-after
                               ^^^^^^^^^^^^^^ speaker:Rafe Montclair
                                              ^^^^^^^ cue
        ---
        "It sank," Mia Schachter said.
         ^^^^^^^^ speaker-after
                   ^^^^^^^^^^^^^ speaker:Mia Schachter
                                 ^^^^ cue
        ---
        ‘It sank,’ Mia Schachter said.
         ^^^^^^^^ speaker-after
                   ^^^^^^^^^^^^^ speaker:Mia Schachter
                                 ^^^^ cue
        ---
        “Nobody slept,” Mia Schachter told Rafe Montclair in Lisbon.
         ^^^^^^^^^^^^^ speaker-after
                        ^^^^^^^^^^^^^ speaker:Mia Schachter
                                      ^^^^ cue
        "#,
    );
}

#[test]
fn a_verb_and_a_speaker_behind() {
    clues(
        r"
        “We lost the light twice,” said Mia Schachter, who directed the film.
         ^^^^^^^^^^^^^^^^^^^^^^^^ cue-before-speaker
                                   ^^^^ cue
                                        ^^^^^^^^^^^^^ speaker:Mia Schachter
        ---
        “We stand by the story,” said Harbour Gazette editor Mia Schachter.
         ^^^^^^^^^^^^^^^^^^^^^^ cue-before-speaker
                                 ^^^^ cue
                                                             ^^^^^^^^^^^^^ speaker:Mia Schachter
        ---
        “The water is clean,” said Dr. Mia Schachter of Harbour College.
         ^^^^^^^^^^^^^^^^^^^ cue-before-speaker
                              ^^^^ cue
                                       ^^^^^^^^^^^^^ speaker:Mia Schachter
        ",
    );
}

#[test]
fn what_leads_in() {
    clues(
        r"
        Mia Schachter said: “We lost the light twice.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                      ^^^^ cue
                             ^^^^^^^^^^^^^^^^^^^^^^^^ speaker-before
        ---
        Mia Schachter told the Harbour Gazette, “We lost the light twice.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                      ^^^^ cue
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^ speaker-before
        ---
        Mia Schachter laughed and added, “We will be back.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                                  ^^^^^ cue
                                          ^^^^^^^^^^^^^^^^ speaker-before
        ---
        Mia Schachter, whose film opens in May, said: “We will be back next year.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                                                ^^^^ cue
                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ speaker-before
        ---
        While Rafe Montclair slept, Mia Schachter whispered: “The water is rising.”
                                    ^^^^^^^^^^^^^ speaker:Mia Schachter
                                                  ^^^^^^^^^ cue
                                                              ^^^^^^^^^^^^^^^^^^^^ speaker-before
        ---
        Asked about the boat, Mia Schachter replied: “It sank.”
                              ^^^^^^^^^^^^^ speaker:Mia Schachter
                                            ^^^^^^^ cue
                                                      ^^^^^^^^ speaker-before
        ---
        Dr. Mia Schachter of Harbour College said, “The water is clean.”
            ^^^^^^^^^^^^^ speaker:Mia Schachter
                                             ^^^^ cue
                                                    ^^^^^^^^^^^^^^^^^^^ speaker-before
        ---
        Mia Schachter (above) said, “We lost the light.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                              ^^^^ cue
                                     ^^^^^^^^^^^^^^^^^^ speaker-before
        ",
    );
}

#[test]
fn what_leads_into_a_fragment() {
    clues(
        r"
        Mia Schachter called the critics “a choir of crows” and left the room.
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                      ^^^^^^ cue
                                          ^^^^^^^^^^^^^^^^ speaker-before
        ---
        Mia Schachter thinks the film is “far too long” for children.
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                      ^^^^^^ cue
                                          ^^^^^^^^^^^^ speaker-before
        ---
        Mia Schachter described the deal as “the worst of my life.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                      ^^^^^^^^^ cue
                                             ^^^^^^^^^^^^^^^^^^^^^ speaker-before
        ---
        Mia Schachter has said “nobody slept” more than once.
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                          ^^^^ cue
                                ^^^^^^^^^^^^ speaker-before
        ",
    );
}

#[test]
fn a_source_that_is_named() {
    clues(
        r"
        “A floating disaster,” according to Mia Schachter.
         ^^^^^^^^^^^^^^^^^^^^ according-to
                               ^^^^^^^^^ cue
                                            ^^^^^^^^^^^^^ speaker:Mia Schachter
        ",
    );
}

#[test]
fn what_is_carried_on() {
    clues(
        r"
        “We lost the light,” Mia Schachter said, “and then we lost the boat.”
         ^^^^^^^^^^^^^^^^^^ speaker-after
                             ^^^^^^^^^^^^^ speaker:Mia Schachter
                                           ^^^^ cue
                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ speaker-before
        ---
        “It was cold,” Mia Schachter admitted. “Nobody slept.”
         ^^^^^^^^^^^^ speaker-after
                       ^^^^^^^^^^^^^ speaker:Mia Schachter
                                     ^^^^^^^^ cue
                                                ^^^^^^^^^^^^^ carried-on
        ---
        Mia Schachter said the set was “toxic” and “unsafe.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                      ^^^^ cue
                                        ^^^^^ speaker-before
                                                    ^^^^^^^ carried-on
        ---
        Mia Schachter looked tired. “Nobody slept that week.”
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                                     ^^^^^^^^^^^^^^^^^^^^^^^ sentence-before
        ",
    );
}

#[test]
fn pronouns_and_descriptions() {
    clues(
        r"
        “It is a lie,” she told reporters on Tuesday. Mia Schachter denied the report.
         ^^^^^^^^^^^^ pronoun-after
                       ^^^ speaker:Mia Schachter
                           ^^^^ cue
        ---
        “I fainted twice,” her husband, chef Rafe Montclair, said.
         ^^^^^^^^^^^^^^^^ apposition
                           ^^^^^^^^^^^ speaker:Rafe Montclair
                                                             ^^^^ cue
        ---
        Rafe Montclair, 41, plays a nurse. “I fainted twice,” said the 41-year-old.
                                            ^^^^^^^^^^^^^^^^ description
                                                              ^^^^ cue
                                                                   ^^^^^^^^^^^^^^^ speaker:Rafe Montclair
        ",
    );
}

#[test]
fn who_is_not_named() {
    clues(
        r"
        “Nobody slept,” a source said.
         ^^^^^^^^^^^^^ unnamed-source
                        ^^^^^^^^ speaker:nobody
                                 ^^^^ cue
        ---
        “Nobody slept,” the studio said in a statement.
         ^^^^^^^^^^^^^ body
                        ^^^^^^^^^^ speaker:nobody
                                   ^^^^ cue
        ---
        “Nobody slept,” said the director’s spokesman.
         ^^^^^^^^^^^^^ spokesperson
                        ^^^^ cue
                                            ^^^^^^^^^ speaker:nobody
        ---
        Mia Schachter left early. They said, “The car was late.”
                                  ^^^^ speaker:nobody
                                       ^^^^ cue
                                              ^^^^^^^^^^^^^^^^^ they
        ",
    );
}

#[test]
fn turns_and_reports() {
    clues(
        r"
        MONTCLAIR: It was cold on the boat.
        ^^^^^^^^^ speaker:Rafe Montclair
                   ^^^^^^^^^^^^^^^^^^^^^^^^ interview-turn

        Rafe Montclair met us in Cork.

        MONTCLAIR: You could hear the ropes freeze.
        ^^^^^^^^^ speaker:Rafe Montclair
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ interview-turn

        MONTCLAIR: I would do it again.
        ^^^^^^^^^ speaker:Rafe Montclair
                   ^^^^^^^^^^^^^^^^^^^^ interview-turn
        ---
        Mia Schachter added that nobody had called her.
        ^^^^^^^^^^^^^ speaker:Mia Schachter
                      ^^^^^ cue
                                 ^^^^^^^^^^^^^^^^^^^^^ said-that
        ",
    );
}
