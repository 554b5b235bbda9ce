//! The help of `kreis import`.

use clap::{Args, Command};

use crate::{
    import::ImportArgs,
    table::{Column, Periodicity, Unit, YesOrNo},
};

#[test]
fn the_help_names_every_column_and_every_word() {
    let help = ImportArgs::augment_args(Command::new("import")).render_long_help();
    let help = help.to_string();
    for column in Column::ALL {
        assert!(help.contains(&format!("`{column}`")), "{column}");
    }
    let words = Periodicity::WORDS.iter().map(|(word, _)| word);
    let words = words.chain(Unit::WORDS.iter().map(|(word, _)| word));
    for word in words.chain(YesOrNo::WORDS.iter().map(|(word, _)| word)) {
        assert!(help.contains(word), "{word}");
    }
    assert!(help.contains("chf, percentage, amount or score"), "{help}");
}
