//! Names with marks and nicknames inside, and words with capitals that are no names.

use crate::extract::annotated::names;

#[test]
fn names_have_marks_inside() {
    names(
        r"
        “I love this town,” V!rtue told the crowd. Then V!rtue left.
                            ^^^^^^ person:V!rtue
                                                        ^^^^^^ person:V!rtue
        ---
        “I love this town,” 7UP!3 told the crowd.
                            ^^^^^ person:7UP!3
        ---
        Kory Bata$$ and Ty $olo were there. “No,” said $olo.
        ^^^^^^^^^^^ person:Kory Bata$$
                        ^^^^^^^ person:Ty $olo
                                                       ^^^^ person:Ty $olo
        ---
        “I love this town,” wil.o.mar said. Everybody likes wil.o.mar, e.g. at 5 p.m. on fan.com.
                            ^^^^^^^^^ person:wil.o.mar
                                                            ^^^^^^^^^ person:wil.o.mar
        ---
        André 7000 said so. “No,” André 7000 said. André Quist, 36, was there in 2016.
        ^^^^^^^^^^ person:André 7000
                                  ^^^^^^^^^^ person:André 7000
                                                   ^^^^^^^^^^^ person:André Quist
        ---
        Louis P.K. said he was sorry. I met Louis P.K. He was sad in the U.S. Senate.
        ^^^^^^^^^^ person:Louis P.K.
                                            ^^^^^^^^^^ person:Louis P.K.
                                                                         ^^^^^^^^^^^ org:U.S. Senate
        ---
        Dr. Zed said no. “Yes,” Dr. Zed said. Dr. Montclair, a surgeon, wept.
        ^^^^^^^ person:Dr. Zed
                                ^^^^^^^ person:Dr. Zed
                                                  ^^^^^^^^^ person:Montclair
        ---
        E! host Mirela Roth met P!xie in Leeds on Friday. “No,” P!xie said.
        ^^ org:E!
                ^^^^^^^^^^^ person:Mirela Roth
                                ^^^^^ person:P!xie
                                         ^^^^^ place:Leeds
                                                                ^^^^^ person:P!xie
        ",
    );
}

#[test]
fn nicknames_stand_inside() {
    names(
        r#"
        Dwayne “The Brick” Montclair was in Leeds. “No,” Montclair said. The Brick left.
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ person:Dwayne “The Brick” Montclair
                                            ^^^^^ place:Leeds
                                                         ^^^^^^^^^ person:Dwayne “The Brick” Montclair
                                                                         ^^^^^^^^^ person:Dwayne “The Brick” Montclair
        ---
        He met Dwayne "The Brick" Montclair in Leeds.
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ person:Dwayne "The Brick" Montclair
                                               ^^^^^ place:Leeds
        ---
        She likes Orla "Lola" Quist.
                  ^^^^^^^^^^^^^^^^^ person:Orla "Lola" Quist
        ---
        “Odd Al” Montclair sang. “No,” “Odd Al” Montclair said.
        ^^^^^^^^^^^^^^^^^^ person:“Odd Al” Montclair
                                       ^^^^^^^^^^^^^^^^^^ person:“Odd Al” Montclair
        ---
        Orla Quist’s “Salt and Velvet” won. In “Finding Rafe” Montclair plays a cook.
        ^^^^^^^^^^ person:Orla Quist
                      ^^^^^^^^^^^^^^^ work:Salt and Velvet
                                                ^^^^^^^^^^^^ work:Finding Rafe
                                                              ^^^^^^^^^ person:Montclair
        ---
        Rafe ‘Rocky’ Montclair fought Otto Brandvold in Leeds on Friday.
        ^^^^^^^^^^^^^^^^^^^^^^ person:Rafe ‘Rocky’ Montclair
                                      ^^^^^^^^^^^^^^ person:Otto Brandvold
                                                        ^^^^^ place:Leeds
        "#,
    );
}

#[test]
fn a_trade_behind_a_comma_is_part_of_a_name_that_no_comma_closes() {
    names(
        r"
        “I love this town,” Tobin, the Maker told the crowd.
                            ^^^^^^^^^^^^^^^^ person:Tobin, the Maker
        ---
        Jasper, the Dreamer is on tour. They all love Jasper, the Dreamer here.
        ^^^^^^^^^^^^^^^^^^^ person:Jasper, the Dreamer
                                                      ^^^^^^^^^^^^^^^^^^^ person:Jasper, the Dreamer
        ---
        Rafe, the singer, left. Orla, the Mayor, stayed. In Paris, the Senate met.
        ^^^^ person:Rafe
                                ^^^^ person:Orla
                                                            ^^^^^ place:Paris
                                                                       ^^^^^^ org:Senate
        ",
    );
}

#[test]
fn what_is_no_name() {
    names(
        r"
        Luckily Kim Quist had an SUV. Amazingly, the SUV was found.
                ^^^^^^^^^ person:Kim Quist
        ---
        Wow! Orla Quist, M.D., was seen with a DJ and a VIP. OMG Orla Quist won.
             ^^^^^^^^^^ person:Orla Quist
                                                                 ^^^^^^^^^^ person:Orla Quist
        ---
        Rafe Montclair was the Intimacy Coordinator. “I care,” the Stunt Coordinator said.
        ^^^^^^^^^^^^^^ person:Rafe Montclair
        ---
        She is an M.D. in Leeds. The Welsh like Orla Quist.
                          ^^^^^ place:Leeds
                                                ^^^^^^^^^^ person:Orla Quist
        ",
    );
}
