//! Direct, mixed, reported, and what between marks is no quotation: titles, nicknames, terms, scare quotes.

use crate::extract::annotated::quotes;

#[test]
fn whole_sentences_are_direct() {
    quotes(
        r"
        “It was cold,” Mia Schachter admitted. “Nobody slept.”
         ^^^^^^^^^^^^ direct speaker:Mia Schachter
                                                ^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        ‘Nobody slept,’ said Mia Schachter. ‘We rowed.’
         ^^^^^^^^^^^^^ direct speaker:Mia Schachter
                                             ^^^^^^^^^ direct speaker:Mia Schachter
        ---
        “She told me, ‘It sank,’” Mia Schachter said.
         ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        “I hate boats.”
         ^^^^^^^^^^^^^ direct speaker:nobody
        ---
        Orla Quist shouted “Go!” and the boat left.
                            ^^^ direct speaker:Orla Quist
        ---
        Mia Schachter: “We lost the boat.”
                        ^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ---
        “Can you swim?” Mia Schachter asked. “No,” said Rafe Montclair.
         ^^^^^^^^^^^^^ direct speaker:Mia Schachter
                                              ^^^ direct speaker:Rafe Montclair
        ",
    );
}

#[test]
fn parts_of_sentences_are_mixed() {
    quotes(
        r"
        It was, said Mia Schachter, “a very long night” on the water.
                                     ^^^^^^^^^^^^^^^^^ mixed speaker:Mia Schachter
        ---
        Mia Schachter said the film was “too long,” but Rafe Montclair called it “perfect.”
                                         ^^^^^^^^^ mixed speaker:Mia Schachter
                                                                                  ^^^^^^^^ mixed speaker:Rafe Montclair
        ---
        Mia Schachter said she was ‘so very happy’ to be home.
                                    ^^^^^^^^^^^^^ mixed speaker:Mia Schachter
        ---
        Mia Schachter said she was “so very happy” to be home.
                                    ^^^^^^^^^^^^^ mixed speaker:Mia Schachter
        ---
        Orla Quist whispered “we are going home now” to the crew.
                              ^^^^^^^^^^^^^^^^^^^^^ mixed speaker:Orla Quist
        ---
        The report found “serious and repeated failings” at the studio.
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed speaker:nobody
        ---
        Mia Schachter said the set was “toxic.”
                                        ^^^^^^ mixed speaker:Mia Schachter
        ",
    );
}

#[test]
fn reports_without_marks_are_indirect() {
    quotes(
        r"
        Mia Schachter said that the boat was never safe.
                                ^^^^^^^^^^^^^^^^^^^^^^^ indirect speaker:Mia Schachter
        ---
        Rafe Montclair said that Orla Quist was the better sailor.
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ indirect speaker:Rafe Montclair
        ",
    );
}

#[test]
fn titles_are_no_quotations() {
    quotes(
        r"
        Mia Schachter’s new film “The Paper Lantern” opens in May.
        ---
        Mia Schachter stars in ‘The Paper Lantern’, a drama about a boat.
        ---
        The band played “Harbour Lights” twice.
        ---
        “Where We Slept,” by Mia Schachter, is out now.
        ---
        In “The Paper Lantern,” Mia Schachter plays a nurse.
        ---
        The album “Nobody Slept” by Orla Quist is out.
        ---
        “The Paper Lantern,” Mia Schachter said, “is a film about a boat.”
                                                  ^^^^^^^^^^^^^^^^^^^^^^^ direct speaker:Mia Schachter
        ",
    );
}

#[test]
fn nicknames_terms_and_scare_quotes_are_none() {
    quotes(
        r"
        Mia “The Hammer” Schachter won the fight in Lisbon.
        ---
        The so-called “experts” stayed at home.
        ---
        Mia Schachter was proud of the “floating theatre” she built.
        ---
        Mia Schachter wore the famous “sea green” coat.
        ---
        Mia Schachter is “Captain” in “The Paper Lantern”.
        ---
        She was known as “the Swan of Cork.”
        ",
    );
}
