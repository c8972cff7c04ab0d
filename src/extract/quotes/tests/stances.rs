//! What was said, what was denied, and what was only wished for.

use crate::extract::annotated::quotes;

#[test]
fn words_that_the_story_says_were_not_said_are_denied() {
    quotes(
        r"
        Mia Schachter never said, “I hate the boat.”
                                   ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter denied
        ---
        Mia Schachter did not say, “I hate the boat.”
                                    ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter denied
        ---
        Mia Schachter denied saying “I hate all boats and captains.”
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter denied
        ---
        Mia Schachter declined to speak of money but said “I love the boat.”
                                                           ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        “I hate the boat,” Mia Schachter never said.
         ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter denied
        ---
        Mia Schachter refused to call the film “a masterpiece.”
                                                ^^^^^^^^^^^^^^ mixed speaker:Mia Schachter denied
        ---
        A fake post claimed Mia Schachter said, “I hate the boat.”
                                                 ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter denied
        ",
    );
}

#[test]
fn what_somebody_denies_is_not_theirs() {
    quotes(
        r"
        Mia Schachter denied being “a danger to shipping” on the set.
                                    ^^^^^^^^^^^^^^^^^^^^ mixed speaker:nobody denied
        ---
        Mia Schachter denied the report: “I was asleep all night.”
                                          ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ",
    );
}

#[test]
fn words_that_were_wished_for_are_imagined() {
    quotes(
        r"
        Rafe Montclair wanted Mia Schachter to say, “I am sorry.”
                                                     ^^^^^^^^^^^ direct speaker:Mia Schachter imagined
        ---
        Mia Schachter might say, “I told you all.”
                                  ^^^^^^^^^^^^^^^ direct speaker:Mia Schachter imagined
        ---
        If Mia Schachter says, “I quit the boat,” the film is over.
                                ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter imagined
        ",
    );
}

#[test]
fn what_is_near_a_denial_is_said_all_the_same() {
    quotes(
        r"
        Mia Schachter did not leave, but said, “I am tired of it.”
                                                ^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Mia Schachter could not help but say, “I told you all.”
                                               ^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        “I would never say that,” Mia Schachter said.
         ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ",
    );
}
