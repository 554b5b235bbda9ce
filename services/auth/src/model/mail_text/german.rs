//! Mails in German, as written in Switzerland.

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
        subject: format!("Einladung zu {house}"),
        body: format!(
            "Guten Tag {name}\n\n\
             {inviter} lädt Sie zu {house} ein. Öffnen Sie diesen Link und legen Sie ein \
             Passwort fest:\n\n\
             {link}\n\n\
             Der Link gilt einmal, bis {until}. Von mehreren Links gilt nur der neueste.\n\n\
             Später melden Sie sich mit {email} hier an: {url}\n\n\
             Wenn Sie diese Nachricht nicht erwartet haben, müssen Sie nichts tun.\n"
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
        subject: format!("Neues Passwort für {house}"),
        body: format!(
            "Guten Tag {name}\n\n\
             {inviter} schickt Ihnen einen Link, mit dem Sie ein neues Passwort für {house} \
             festlegen:\n\n\
             {link}\n\n\
             Der Link gilt einmal, bis {until}. Von mehreren Links gilt nur der neueste. \
             Ein neues Passwort beendet alle Ihre Sitzungen.\n\n\
             Wenn Sie nicht darum gebeten haben, fragen Sie {inviter}. Bis Sie ein neues Passwort \
             festlegen, gilt Ihr bisheriges.\n"
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
        subject: format!("Passwort für {house} vergessen"),
        body: format!(
            "Guten Tag {name}\n\n\
             Jemand, vermutlich Sie, hat das Passwort für {house} vergessen. \
             Öffnen Sie diesen Link und legen Sie ein neues fest:\n\n\
             {link}\n\n\
             Der Link gilt einmal, bis {until}. Von mehreren Links gilt nur der neueste. \
             Ein neues Passwort beendet alle Ihre Sitzungen.\n\n\
             Wenn Sie es nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.\n"
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
        subject: format!("Ihr Passwort für {house} wurde geändert"),
        body: format!(
            "Guten Tag {name}\n\n\
             Ihr Passwort für {house} wurde am {time} geändert. Alle früheren Sitzungen sind \
             beendet.\n\n\
             Wenn Sie es nicht waren, melden Sie es sofort einem Gatekeeper und legen Sie hier \
             ein anderes Passwort fest: {url}\n"
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
        address => format!("Adresse: {address}\n\n"),
    };
    MailText {
        subject: format!("Neue Anmeldung bei {house}"),
        body: format!(
            "Guten Tag {name}\n\n\
             Am {time} hat sich jemand in Ihrem Namen bei {house} angemeldet, mit einem Browser \
             oder Programm, das dies vorher nie getan hat.\n\n\
             {from}\
             Wenn Sie es waren, müssen Sie nichts tun.\n\n\
             Wenn Sie es nicht waren, legen Sie sofort ein anderes Passwort fest, das alle Sitzungen \
             beendet, und melden Sie es einem Gatekeeper: {url}\n"
        ),
    }
}
