//! Whether passwords let people in.
//!
//! The operator may switch them off. They stay on for gatekeepers while no gatekeeper can sign in with
//! a provider: otherwise the organisation would be locked out.

use crate::{error::Error, single_sign_on::Providers, store::Store};

/// The operator's switch. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct PasswordSwitch {
    off: bool,
    /// The issuers whose accounts let users in.
    issuers: Vec<String>,
}

impl PasswordSwitch {
    /// The switch of the settings, and the accounts that count with it.
    pub(crate) fn of(providers: &Providers) -> Self {
        Self {
            off: providers.switch_passwords_off(),
            issuers: providers.issuers(),
        }
    }

    /// Whether no password is accepted.
    pub(crate) async fn is_off(&self, store: &Store) -> Result<bool, Error> {
        Ok(self.off && store.has_linked_gatekeeper(&self.issuers).await?)
    }

    /// Refuses to set or check a password, if no password is accepted.
    pub(crate) async fn require(&self, store: &Store) -> Result<(), Error> {
        if self.is_off(store).await? {
            Err(Error::PasswordsOff)
        } else {
            Ok(())
        }
    }

    /// Whether passwords let in gatekeepers alone, if anybody.
    pub(crate) const fn only_gatekeepers(&self) -> bool {
        self.off
    }

    /// Refuses to let in a user who is no gatekeeper by a password, or to set one, if passwords are
    /// switched off.
    pub(crate) const fn admit(&self, is_gatekeeper: bool) -> Result<(), Error> {
        if self.off && !is_gatekeeper {
            Err(Error::PasswordsOff)
        } else {
            Ok(())
        }
    }
}
