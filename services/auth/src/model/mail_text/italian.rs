//! Mails in Italian.

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
        subject: format!("Invito a {house}"),
        body: format!(
            "Buongiorno {name}\n\n\
             {inviter} La invita a {house}. Apra questo link e scelga una password:\n\n\
             {link}\n\n\
             Il link vale una sola volta, fino al {until}. Di più link vale solo il più \
             recente.\n\n\
             In seguito acceda con {email} qui: {url}\n\n\
             Se non si aspettava questo messaggio, non deve fare nulla.\n"
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
        subject: format!("Nuova password per {house}"),
        body: format!(
            "Buongiorno {name}\n\n\
             {inviter} Le invia un link per scegliere una nuova password per {house}:\n\n\
             {link}\n\n\
             Il link vale una sola volta, fino al {until}. Di più link vale solo il più recente. \
             Una nuova password termina tutte le Sue sessioni.\n\n\
             Se non l’ha chiesto, si rivolga a {inviter}. Finché non sceglie una nuova password, \
             quella attuale resta valida.\n"
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
        subject: format!("Password dimenticata per {house}"),
        body: format!(
            "Buongiorno {name}\n\n\
             Qualcuno, probabilmente Lei, ha dimenticato la password per {house}. \
             Apra questo link e ne scelga una nuova:\n\n\
             {link}\n\n\
             Il link vale una sola volta, fino al {until}. Di più link vale solo il più recente. \
             Una nuova password termina tutte le Sue sessioni.\n\n\
             Se non è stato Lei, non deve fare nulla: la Sua password resta com’è.\n"
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
        subject: format!("La Sua password per {house} è stata cambiata"),
        body: format!(
            "Buongiorno {name}\n\n\
             La Sua password per {house} è stata cambiata il {time}. Tutte le sessioni precedenti \
             sono terminate.\n\n\
             Se non è stato Lei, avvisi subito un gatekeeper e scelga qui un’altra password: {url}\n"
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
        address => format!("Indirizzo: {address}\n\n"),
    };
    MailText {
        subject: format!("Nuovo accesso a {house}"),
        body: format!(
            "Buongiorno {name}\n\n\
             Il {time} qualcuno ha effettuato l’accesso a {house} a Suo nome, con un browser o un \
             programma che prima non lo aveva mai fatto.\n\n\
             {from}\
             Se è stato Lei, non deve fare nulla.\n\n\
             Se non è stato Lei, imposti subito un’altra password, che termina tutte le sessioni, \
             e avvisi un gatekeeper: {url}\n"
        ),
    }
}
