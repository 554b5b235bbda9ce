//! Configuration from named settings: environment variables in a process, a map in a test. All
//! errors are collected, so that an operator can correct them at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display},
    fs,
    path::PathBuf,
    str::FromStr,
};

type Lookup = Box<dyn Fn(&str) -> Option<String> + Send>;

/// Prefix of the name of every setting of kreis.
const PREFIX: &str = "KREIS_";
/// A name that differs from a setting by at most this many letters counts as misspelt. A name that
/// differs more may be something else: orchestrators set variables named after services.
const MAX_TYPOS: usize = 2;

/// Looks up settings, and collects the errors found so far.
pub struct Settings {
    lookup: Lookup,
    /// The names that are set. `asked` holds the names that were read.
    set: Vec<String>,
    asked: BTreeSet<String>,
    errors: Vec<String>,
}

/// All errors of a configuration, in plain sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<String>);

impl Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "the configuration is not usable:")?;
        for error in &self.0 {
            writeln!(formatter, "  - {error}")?;
        }
        Ok(())
    }
}

impl Settings {
    /// Settings from the environment of this process.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub fn from_environment() -> Self {
        let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        Self::new(|name| std::env::var(name).ok(), set)
    }

    /// Settings from a map.
    #[must_use]
    pub fn from_map(map: BTreeMap<String, String>) -> Self {
        let set: Vec<String> = map.keys().cloned().collect();
        Self::new(move |name| map.get(name).cloned(), set)
    }

    fn new(
        lookup: impl Fn(&str) -> Option<String> + Send + 'static,
        set: impl IntoIterator<Item = String>,
    ) -> Self {
        let set = set.into_iter().filter(|name| name.starts_with(PREFIX));
        Self {
            lookup: Box::new(lookup),
            set: set.collect(),
            asked: BTreeSet::new(),
            errors: Vec::new(),
        }
    }

    /// A setting; absent if it is unset or empty.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.asked.insert(name.to_owned());
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// A setting, or its default.
    pub fn text_or(&mut self, name: &str, default: &str) -> String {
        self.text(name).unwrap_or_else(|| default.to_owned())
    }

    /// A required setting. `purpose` completes the sentence "it is …".
    pub fn required(&mut self, name: &str, purpose: &str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.add_error(format!("{name} is not set; it is {purpose}"));
            String::new()
        })
    }

    /// A secret, from `NAME` or from the file that `NAME_FILE` names. The line break at its end is
    /// removed.
    pub fn secret(&mut self, name: &str) -> Option<String> {
        let in_file = format!("{name}_FILE");
        let Some(path) = self.text(&in_file) else {
            return self.text(name);
        };
        if self.text(name).is_some() {
            self.add_error(format!(
                "{name} and {in_file} are both set; set one of them"
            ));
        }
        match fs::read_to_string(&path) {
            Ok(content) => Some(content.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => {
                self.add_error(format!(
                    "{in_file} names {path}, which cannot be read: {error}"
                ));
                None
            }
        }
    }

    /// A required secret. `purpose` completes the sentence "it is …".
    pub fn required_secret(&mut self, name: &str, purpose: &str) -> String {
        let before = self.error_count();
        match self.secret(name) {
            Some(secret) if !secret.is_empty() => secret,
            _ => {
                if self.error_count() == before {
                    self.add_error(format!(
                        "neither {name} nor {name}_FILE is set; it is {purpose}"
                    ));
                }
                String::new()
            }
        }
    }

    /// A setting of some type, or its default. `shape` completes the sentence
    /// "it must be …".
    pub fn parsed<T: FromStr>(&mut self, name: &str, default: T, shape: &str) -> T {
        let Some(text) = self.text(name) else {
            return default;
        };
        text.parse().unwrap_or_else(|_| {
            self.add_error(format!("{name} is `{text}`; it must be {shape}"));
            default
        })
    }

    /// A whole number within bounds, or its default.
    pub fn number(&mut self, name: &str, default: u64, least: u64, most: u64) -> u64 {
        let shape = format!("a whole number from {least} to {most}");
        let number = self.parsed(name, default, &shape);
        if (least..=most).contains(&number) {
            return number;
        }
        self.add_error(format!("{name} is `{number}`; it must be {shape}"));
        default
    }

    /// A switch: `1`, `true`, `yes` or `on` is on, `0`, `false`, `no` or `off`
    /// is off.
    pub fn switch(&mut self, name: &str, default: bool) -> bool {
        let Some(text) = self.text(name) else {
            return default;
        };
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => true,
            "0" | "false" | "no" | "off" => false,
            _ => {
                self.add_error(format!("{name} is `{text}`; it must be on or off"));
                default
            }
        }
    }

    /// A path; absent if it is unset.
    pub fn path(&mut self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// Adds an error that the caller found.
    pub fn add_error(&mut self, sentence: impl Into<String>) {
        self.errors.push(sentence.into());
    }

    /// Number of errors found so far.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors.len()
    }

    /// Ends the reading: returns all errors, if there are any. A name that was never read is an
    /// error if it looks like a misspelt setting.
    pub fn finish(mut self) -> Result<(), ConfigErrors> {
        for name in std::mem::take(&mut self.set) {
            if let Some(meant) = self.meant_by(&name) {
                self.add_error(format!("{name} is no setting; did you mean {meant}?"));
            }
        }
        // Several listeners read the same settings, so an error can occur more than once.
        let mut errors: Vec<String> = Vec::new();
        for error in self.errors {
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(ConfigErrors(errors))
        }
    }

    /// The setting that a name is a misspelling of.
    fn meant_by(&self, name: &str) -> Option<String> {
        if self.asked.contains(name) {
            return None;
        }
        let typos = |asked: &String| strsim::damerau_levenshtein(asked, name);
        let nearest = self.asked.iter().min_by_key(|asked| typos(asked))?;
        (typos(nearest) <= MAX_TYPOS).then(|| nearest.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        Settings::from_map(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn every_fault_is_named_in_one_go() {
        let mut settings = settings(&[("KREIS_PORT", "many"), ("KREIS_SWITCH", "perhaps")]);
        settings.required("KREIS_NAME", "the name");
        settings.number("KREIS_PORT", 1, 1, 9);
        settings.switch("KREIS_SWITCH", false);
        settings.required_secret("KREIS_SECRET", "the secret");
        let errors = settings.finish().unwrap_err();
        assert_eq!(errors.0.len(), 4, "{errors}");
        for name in [
            "KREIS_NAME",
            "KREIS_PORT",
            "KREIS_SWITCH",
            "KREIS_SECRET_FILE",
        ] {
            assert!(errors.to_string().contains(name), "{errors}");
        }
    }

    #[test]
    fn a_fault_that_is_met_twice_is_told_once() {
        let mut settings = settings(&[("KREIS_SWITCH", "perhaps")]);
        settings.switch("KREIS_SWITCH", false);
        settings.number("KREIS_PORT", 1, 1, 9);
        settings.switch("KREIS_SWITCH", false);
        let errors = settings.finish().unwrap_err().0;
        assert_eq!(errors, ["KREIS_SWITCH is `perhaps`; it must be on or off"]);
    }

    #[test]
    fn a_misspelt_name_is_refused_and_other_names_are_left_alone() {
        let mut settings = settings(&[
            ("KREIS_LISTNE", "1"),
            ("KREIS_SERVICE_HOST", "10.0.0.1"),
            ("KREIS_EMAIL", "a@example.org"),
            ("HOME", "/"),
        ]);
        settings.text("KREIS_LISTEN");
        settings.text("KREIS_SERVER");
        let errors = settings.finish().unwrap_err().0;
        assert_eq!(
            errors,
            ["KREIS_LISTNE is no setting; did you mean KREIS_LISTEN?"]
        );
    }

    #[test]
    fn a_secret_file_that_cannot_be_read_is_one_fault() {
        let mut settings = settings(&[("KREIS_SECRET_FILE", "/does/not/exist")]);
        settings.required_secret("KREIS_SECRET", "the secret");
        assert_eq!(settings.finish().unwrap_err().0.len(), 1);
    }
}
