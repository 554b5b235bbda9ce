//! Finds names that can look like other names: invisible characters, and letters of scripts that
//! look like each other.
//!
//! The rule for scripts is the highly restrictive level of Unicode's UTS 39, section 5.2: one
//! script, or Latin together with the scripts of Chinese, Japanese or Korean. The moderately
//! restrictive level would allow Latin together with Armenian, for example. Some Armenian letters
//! look like Latin ones (`օ`, `ո`, `ս`). Spaces, digits, marks and signs belong to every script.

use unicode_security::{
    GeneralSecurityProfile, MixedScript, general_security_profile::IdentifierType,
    mixed_script::AugmentedScriptSet,
};

/// A letter of each script whose words need joiners: Arabic, and scripts of India.
const JOINING: [char; 11] = ['ا', 'क', 'ব', 'ਕ', 'ક', 'କ', 'க', 'క', 'ಕ', 'ക', 'ක'];

const EMOJI_STYLE: char = '\u{fe0f}';

/// Whether a text has a character that is invisible or changes the text direction. Joiners have a
/// meaning within some scripts and between emoji; there they count as visible.
#[must_use]
pub fn has_invisible(text: &str) -> bool {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let stands = match character {
            EMOJI_STYLE => before.is_some_and(is_emoji),
            '\u{200c}' | '\u{200d}' => before
                .zip(characters.peek().copied())
                .is_some_and(|(before, after)| joins(before, after)),
            other => !is_ignorable(other),
        };
        if !stands {
            return true;
        }
        before = Some(character);
    }
    false
}

/// Whether a text mixes letters of scripts that are not written together.
#[must_use]
pub fn mixes_scripts(text: &str) -> bool {
    if text.is_ascii() || text.is_single_script() {
        return false;
    }
    let rest: String = text.chars().filter(|letter| !is_latin(*letter)).collect();
    let beside_latin = AugmentedScriptSet::for_str(&rest);
    !(beside_latin.hanb || beside_latin.jpan || beside_latin.kore)
}

fn joins(before: char, after: char) -> bool {
    let emoji = |character| character == EMOJI_STYLE || is_emoji(character);
    let joining = |letter| JOINING.iter().any(|known| share_a_script(letter, *known));
    (emoji(before) && is_emoji(after))
        || (joining(before) && joining(after) && share_a_script(before, after))
}

/// Whether the character can be an emoji: any sign beyond ASCII. Other signs do not take joiners.
fn is_emoji(character: char) -> bool {
    !(character.is_ascii()
        || character.is_alphanumeric()
        || character.is_whitespace()
        || is_ignorable(character))
}

fn is_ignorable(character: char) -> bool {
    let kind = GeneralSecurityProfile::identifier_type(character);
    kind == Some(IdentifierType::Default_Ignorable)
        || ('\u{200b}'..='\u{200f}').contains(&character)
}

fn is_latin(letter: char) -> bool {
    share_a_script(letter, 'a')
}

/// Whether both characters share a script. False if the first belongs to every script.
fn share_a_script(one: char, other: char) -> bool {
    let mut scripts = AugmentedScriptSet::for_char(one);
    if scripts.is_all() {
        return false;
    }
    scripts.intersect_with(AugmentedScriptSet::for_char(other));
    !scripts.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_as_people_bear_them_are_visible_and_of_one_script() {
        for name in [
            "Müller",
            "Ñandú O’Brien-D'Arc (HR) 2",
            "Anna-Lena v. Salis·Soglio",
            "Nguyễn Thị Minh",
            "Анна Каренина",
            "Ελένη Παπαδοπούλου",
            "山田 太郎",
            "やまだ タロウ 山田",
            "山田 Taro",
            "김민준 Kim",
            "علی\u{200c}رضا",
            "ක්\u{200d}රිස්",
            "שרה לוי",
            "Խաչատրյան",
            "Team ❤\u{fe0f}",
            "IT 👩\u{200d}💻",
        ] {
            assert!(!has_invisible(name), "{name}");
            assert!(!mixes_scripts(name), "{name}");
        }
    }

    #[test]
    fn letters_of_another_script_are_found_between_latin_ones() {
        for name in [
            "Аnna Keller",
            "Anna Kellеr",
            "Annα",
            "Annա",
            "Аnna 山田",
            "Ꭺnna",
            "Անna",
        ] {
            assert!(mixes_scripts(name), "{name}");
        }
    }

    #[test]
    fn invisible_characters_are_found() {
        for hidden in [
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{17b4}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{e0041}',
            '\u{e0100}',
        ] {
            for name in [
                format!("{hidden}Anna"),
                format!("An{hidden}na"),
                format!("Anna{hidden}"),
            ] {
                assert!(has_invisible(&name), "{hidden:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            let _ = (has_invisible(&text), mixes_scripts(&text));
        }

        #[test]
        fn what_is_written_in_latin_letters_never_mixes(text in "[a-zA-ZÀ-ÖØ-öø-ƿḀ-ỿ0-9 .'’-]{0,30}") {
            prop_assert!(!mixes_scripts(&text));
        }
    }
}
