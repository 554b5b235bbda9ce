//! Users to create.

use kreis_service::language::Language;

use super::{Email, FieldError, Name};

/// The unchecked fields of a user to create.
#[derive(Debug)]
pub(crate) struct UserFields {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    /// Empty for the first and last name together.
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) gatekeeper: bool,
    /// Empty if it is not known.
    pub(crate) language: String,
}

/// The checked fields of a user to create.
#[derive(Debug, Clone)]
pub(crate) struct NewUser {
    pub(crate) first_name: Name,
    pub(crate) last_name: Name,
    pub(crate) display_name: Name,
    pub(crate) email: Email,
    pub(crate) gatekeeper: bool,
    pub(crate) language: Option<Language>,
}

impl NewUser {
    /// Checks a draft. Returns every error at once.
    pub(crate) fn parse(user_fields: &UserFields) -> Result<Self, Vec<FieldError>> {
        let first_name = of_field("first_name", Name::of_person(&user_fields.first_name));
        let last_name = of_field("last_name", Name::of_person(&user_fields.last_name));
        let display_name = match (&first_name, &last_name) {
            (Ok(first), Ok(last)) if user_fields.display_name.is_empty() => {
                Name::of_person(&format!("{} {}", first.as_str(), last.as_str())).map(Some)
            }
            // First or last name is refused already, so the display name gets no error of its own.
            _ if user_fields.display_name.is_empty() => Ok(None),
            _ => Name::of_person(&user_fields.display_name).map(Some),
        };
        let display_name = of_field("display_name", display_name);
        let email = of_field("email", Email::parse(&user_fields.email));
        let language = match user_fields.language.as_str() {
            "" => Ok(None),
            tag => of_field("language", tag.parse().map(Some)),
        };
        match (first_name, last_name, display_name, email, language) {
            (Ok(first_name), Ok(last_name), Ok(Some(display_name)), Ok(email), Ok(language)) => {
                Ok(Self {
                    first_name,
                    last_name,
                    display_name,
                    email,
                    gatekeeper: user_fields.gatekeeper,
                    language,
                })
            }
            (first_name, last_name, display_name, email, language) => {
                let errors = [
                    first_name.err(),
                    last_name.err(),
                    display_name.err(),
                    email.err(),
                    language.err(),
                ];
                Err(errors.into_iter().flatten().collect())
            }
        }
    }
}

fn of_field<T>(field: &'static str, parsed: Result<T, impl ToString>) -> Result<T, FieldError> {
    parsed.map_err(|error| FieldError {
        field,
        rule: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user_fields() -> UserFields {
        UserFields {
            first_name: "Anna".to_owned(),
            last_name: "Keller".to_owned(),
            display_name: String::new(),
            email: "anna@example.org".to_owned(),
            gatekeeper: false,
            language: String::new(),
        }
    }

    fn fields(errors: &[FieldError]) -> Vec<&str> {
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn without_a_display_name_others_see_first_and_last_name() {
        let new = NewUser::parse(&user_fields()).unwrap();
        assert_eq!(new.display_name.as_str(), "Anna Keller");
        let new = NewUser::parse(&UserFields {
            display_name: " A.\u{a0}K. ".to_owned(),
            ..user_fields()
        })
        .unwrap();
        assert_eq!(new.display_name.as_str(), "A. K.");
    }

    #[test]
    fn every_fault_of_a_draft_is_found_at_once() {
        let errors = NewUser::parse(&UserFields {
            first_name: String::new(),
            last_name: "x".repeat(101),
            display_name: "  ".to_owned(),
            email: "anna".to_owned(),
            gatekeeper: false,
            language: "es".to_owned(),
        })
        .unwrap_err();
        assert_eq!(
            fields(&errors),
            [
                "first_name",
                "last_name",
                "display_name",
                "email",
                "language"
            ]
        );
    }

    #[test]
    fn a_display_name_made_of_refused_names_is_no_fault_of_its_own() {
        let errors = NewUser::parse(&UserFields {
            first_name: String::new(),
            ..user_fields()
        })
        .unwrap_err();
        assert_eq!(fields(&errors), ["first_name"]);
    }

    #[test]
    fn first_and_last_name_that_are_too_long_together_need_a_display_name() {
        let long = UserFields {
            first_name: "x".repeat(60),
            last_name: "y".repeat(60),
            ..user_fields()
        };
        assert_eq!(
            fields(&NewUser::parse(&long).unwrap_err()),
            ["display_name"]
        );
        let named = UserFields {
            display_name: "XY".to_owned(),
            ..long
        };
        assert!(NewUser::parse(&named).is_ok());
    }
}
