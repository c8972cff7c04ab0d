//! Stories that are not in English.

use crate::extract::annotated::names;

#[test]
fn only_sure_names_in_other_languages() {
    names(
        r"
        Heidi Quist hat am Freitag in Berlin ihre Freunde getroffen. Der Sänger war mit seiner Frau im Hotel, sagte Quist. Die Polizei hat den Täter noch nicht gefunden. Im Februar kommt Peter Fußball in die Stadt. Wie Heidi Quist sagte, ist die Tour vorbei.
        ^^^^^^^^^^^ person:Heidi Quist
                                                                                                                    ^^^^^ person:Heidi Quist
                                                                                                                                                                                                                           ^^^^^^^^^^^ person:Heidi Quist
        ---
        Marie Montclair a quitté la tournée vendredi, selon son agent. Le Président et la Reine étaient là. Montclair est triste.
        ^^^^^^^^^^^^^^^ person:Marie Montclair
                                                                                                            ^^^^^^^^^ person:Marie Montclair
        ---
        María Quist dejó la gira el viernes en Nueva York, según su representante. La Policía busca a Quist. Vive en Los Angeles con su perro.
        ^^^^^^^^^^^ person:María Quist
                                                                                                      ^^^^^ person:María Quist
                                                                                                                     ^^^^^^^^^^^ place:Los Angeles
        ---
        Орла Квист покинула турне в пятницу, сообщил её менеджер.
        ",
    );
}
