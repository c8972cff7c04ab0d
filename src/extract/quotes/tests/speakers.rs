//! Whose words they are: names, parts of names, pronouns, descriptions, and those whom nobody names.

use crate::extract::annotated::quotes;

#[test]
fn first_names_and_surnames() {
    quotes(
        r"
        Mia Schachter and Rafe Montclair are married. “We are happy,” Rafe said.
                                                       ^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Mia Schachter and Rafe Montclair are married. “We are happy,” Schachter told fans.
                                                       ^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Joanna Bellweather and Martin Bellweather arrived. “No comment,” Joanna said. “None at all,” Martin added.
                                                            ^^^^^^^^^^^ direct speaker:Joanna Bellweather
                                                                                       ^^^^^^^^^^^^ direct speaker:Martin Bellweather
        ---
        Jennifer Holloway slept. “I am rested,” Jen said.
                                  ^^^^^^^^^^^^ direct speaker:Jennifer Holloway
        ---
        “No comment,” Mr. Bellweather said. His name is Martin Bellweather.
         ^^^^^^^^^^^ direct speaker:Martin Bellweather
        ---
        Orla Quist wrote the score. Quist, who lives in Cork, said: “I heard the boat first.”
                                                                     ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “I rowed because I had to,” Schachter, who is 41, said.
         ^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter

        Mia Schachter was born in Cork.
        ",
    );
}

#[test]
fn pronouns() {
    quotes(
        r"
        Mia Schachter came to Lisbon in May. “Nobody slept that week,” she said.
                                              ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Rafe Montclair met Mia Schachter in Lisbon. “Nobody slept that week,” he said.
                                                     ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Rafe Montclair met actress Mia Schachter in Lisbon. “Nobody slept that week,” she said.
                                                             ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Mr. Montclair and Ms. Schachter are married. “We are happy,” she said.
                                                      ^^^^^^^^^^^^^ direct speaker:Schachter
        ---
        Mr. Montclair and Ms. Schachter are married. “We are happy,” he said.
                                                      ^^^^^^^^^^^^^ direct speaker:Montclair
        ---
        Actress Orla Quist and actor Rafe Montclair met in Cork. “He is kind,” she said. “She is kind,” he said.
                                                                  ^^^^^^^^^^^ direct speaker:Orla Quist
                                                                                          ^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Orla Quist met Rafe Montclair. Montclair smiled. “I know you,” he said.
                                                          ^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Orla Quist was asked about Rafe Montclair. “I hardly know him,” she replied.
                                                    ^^^^^^^^^^^^^^^^^^ direct speaker:Orla Quist
        ---
        “I am rested,” she said. Jennifer Holloway slept.
         ^^^^^^^^^^^^ direct speaker:Jennifer Holloway
        ---
        Mia Schachter waited on the pier.

        “I have time,” she said.
         ^^^^^^^^^^^^ direct speaker:Mia Schachter

        “I have a book,” she added.
         ^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ",
    );
}

#[test]
fn descriptions() {
    quotes(
        r"
        Mia Schachter plays a nurse. “I fainted twice,” the actress said.
                                      ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Mia Schachter and Rafe Montclair star in a drama. “I fainted twice,” the actress said.
                                                           ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Mia Schachter plays a nurse. “I fainted twice,” the star told the Harbour Gazette.
                                      ^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Orla Quist, 33, is a singer. “I slept,” the 33-year-old said.
                                      ^^^^^^^^ direct speaker:Orla Quist
        ---
        Rafe Montclair sings. The singer said, “I slept.”
                                                ^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Actor Rafe Montclair, 52, met singer Orla Quist, 33, in Cork. Montclair smiled. “I slept,” the 33-year-old said.
                                                                                         ^^^^^^^^ direct speaker:Orla Quist
        ---
        The mayor of the old port of Cork, Rafe Montclair, said: “I slept on the boat.”
                                                                  ^^^^^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Orla Quist was late. “I slept,” said the mum-of-two.
                              ^^^^^^^^ direct speaker:Orla Quist
        ---
        According to eyewitness Rafe Montclair, “the boat sank at once.”
                                                 ^^^^^^^^^^^^^^^^^^^^^^ mixed speaker:Rafe Montclair
        ---
        Orla Quist put down her pen and said, “I slept.”
                                               ^^^^^^^^ direct speaker:Orla Quist
        ---
        Senator Harold Whitcombe met the actress Orla Quist. “I slept,” the senator said.
                                                              ^^^^^^^^ direct speaker:Harold Whitcombe
        ",
    );
}

#[test]
fn names_beside_descriptions() {
    quotes(
        r"
        “I fainted twice,” said her co-star Rafe Montclair.
         ^^^^^^^^^^^^^^^^ direct speaker:Rafe Montclair
        ---
        Rafe Montclair’s wife, Orla Quist, said, “He slept.”
                                                  ^^^^^^^^^ direct speaker:Orla Quist
        ---
        “She never sleeps,” Mia Schachter’s brother Otto Schachter said.
         ^^^^^^^^^^^^^^^^^ direct speaker:Otto Schachter
        ---
        “Nobody slept,” Schachter’s spokeswoman Helen Marsh said.
         ^^^^^^^^^^^^^ direct speaker:Helen Marsh
        ---
        “Nobody slept,” said Mia Schachter’s lawyer, Otto Brandvold.
         ^^^^^^^^^^^^^ direct speaker:Otto Brandvold
        ---
        “Nobody slept,” Otto Brandvold, a lawyer for Mia Schachter, said.
         ^^^^^^^^^^^^^ direct speaker:Otto Brandvold
        ",
    );
}

#[test]
fn one_after_the_other() {
    quotes(
        r"
        “My arms are gone,” Mia Schachter said.
         ^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter

        “Mine too,” said Rafe Montclair.
         ^^^^^^^^^ direct speaker:Rafe Montclair

        “Then we swim,” Schachter said.
         ^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        Jennifer Holloway slept. “I am rested,” she told Orla Quist. “So am I,” said Quist.
                                  ^^^^^^^^^^^^ direct speaker:Jennifer Holloway
                                                                      ^^^^^^^^ direct speaker:Orla Quist
        ---
        Mia Schachter began to row. She stopped. “My arms are gone,” she said.
                                                  ^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter

        “We noticed,” Rafe Montclair said. He did not stop.
         ^^^^^^^^^^^ direct speaker:Rafe Montclair
        ",
    );
}

#[test]
fn nobody_whom_the_story_names() {
    quotes(
        r"
        Mia Schachter left early. “Her car was late,” a friend said.
                                   ^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Mia Schachter left early. “Her car was late,” said her publicist.
                                   ^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        “It is a lie,” Mia Schachter’s mother told Rafe Montclair.
         ^^^^^^^^^^^^ direct speaker:nobody
        ---
        A spokesman for Orla Quist said, “She is resting.”
                                          ^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        In a statement, Orla Quist’s lawyer said, “The boat is gone.”
                                                   ^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        “Why did you row?” the reporter asked Mia Schachter.
         ^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        One fan wrote: “The boat is gone.”
                        ^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        “The boat is gone,” Cork police said.
         ^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Mia Schachter’s husband said, “She never sleeps.”
                                       ^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ",
    );
}

#[test]
fn a_body_speaks_for_itself() {
    quotes(
        r"
        “The boat is gone,” Northlight Pictures said in a statement.
         ^^^^^^^^^^^^^^^^^ direct speaker:Northlight Pictures
        ",
    );
}

#[test]
fn a_story_that_is_not_in_english_credits_nobody() {
    quotes(
        r"
        „Wir haben das Licht verloren“, sagte Mia Schachter am Freitag in Berlin, und die Leute aus der Stadt waren sehr müde und gingen nach Hause.
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:nobody
        ",
    );
}

#[test]
fn a_campaign_is_not_whose_it_is() {
    quotes(
        r"
        The Voss campaign mocked the mayor on Friday, accusing Ada Voss of “a long cold mess of a year”.
                                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed speaker:nobody
        ",
    );
}

#[test]
fn who_acts_behind_a_conjunction() {
    quotes(
        r"
        Rafe Montclair left the band after he called the label “a long cold mess of a year”.
                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed speaker:Rafe Montclair
        ",
    );
}

#[test]
fn as_somebody_puts_it() {
    quotes(
        r"
        The tour was, as drummer Orla Quist put it, “a long cold mess”.
                                                     ^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ",
    );
}
