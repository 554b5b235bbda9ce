//! Mails in English.

use super::facts::{Facts, MailText, Texts};

pub(super) const TEXTS: Texts = [invitation, new_password, reset, changed, new_browser];

fn invitation(facts: &Facts<'_>) -> MailText {
    let Facts {
        name,
        email,
        house,
        inviter,
        url,
        link,
        until,
        ..
    } = facts;
    MailText {
        subject: format!("Invitation to {house}"),
        body: format!(
            "Hello {name}\n\n\
             {inviter} invites you to {house}. Open this link and set a password:\n\n\
             {link}\n\n\
             The link works once, until {until}. Of several links, only the newest works.\n\n\
             Later you sign in with {email} here: {url}\n\n\
             If you did not expect this mail, there is nothing you need to do.\n"
        ),
    }
}

fn new_password(facts: &Facts<'_>) -> MailText {
    let Facts {
        name,
        house,
        inviter,
        link,
        until,
        ..
    } = facts;
    MailText {
        subject: format!("New password for {house}"),
        body: format!(
            "Hello {name}\n\n\
             {inviter} sends you a link with which you set a new password for {house}:\n\n\
             {link}\n\n\
             The link works once, until {until}. Of several links, only the newest works. \
             A new password ends all your sessions.\n\n\
             If you did not ask for it, ask {inviter}. Until you set a new password, the one that \
             you have stays valid.\n"
        ),
    }
}

fn reset(facts: &Facts<'_>) -> MailText {
    let Facts {
        name,
        house,
        link,
        until,
        ..
    } = facts;
    MailText {
        subject: format!("Forgotten password for {house}"),
        body: format!(
            "Hello {name}\n\n\
             Somebody, probably you, has forgotten the password for {house}. \
             Open this link and set a new one:\n\n\
             {link}\n\n\
             The link works once, until {until}. Of several links, only the newest works. \
             A new password ends all your sessions.\n\n\
             If it was not you, there is nothing you need to do: your password stays as it is.\n"
        ),
    }
}

fn changed(facts: &Facts<'_>) -> MailText {
    let Facts {
        name,
        house,
        url,
        time,
        ..
    } = facts;
    MailText {
        subject: format!("Your password for {house} has changed"),
        body: format!(
            "Hello {name}\n\n\
             Your password for {house} was changed on {time}. All sessions from before have \
             ended.\n\n\
             If it was not you, tell a gatekeeper at once, and set another password here: {url}\n"
        ),
    }
}

fn new_browser(facts: &Facts<'_>) -> MailText {
    let Facts {
        name,
        house,
        url,
        time,
        address,
        ..
    } = facts;
    let from = match *address {
        "" => String::new(),
        address => format!("Address: {address}\n\n"),
    };
    MailText {
        subject: format!("New sign-in to {house}"),
        body: format!(
            "Hello {name}\n\n\
             On {time}, somebody signed in to {house} as you, with a browser or program that had \
             not done so before.\n\n\
             {from}\
             If it was you, there is nothing you need to do.\n\n\
             If it was not you, set another password at once, which ends all sessions, and tell a \
             gatekeeper: {url}\n"
        ),
    }
}
