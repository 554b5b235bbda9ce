//! Mails in French.

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
        subject: format!("Invitation à {house}"),
        body: format!(
            "Bonjour {name}\n\n\
             {inviter} vous invite à {house}. Ouvrez ce lien et choisissez un mot de passe\u{a0}:\n\n\
             {link}\n\n\
             Le lien est valable une seule fois, jusqu’au {until}. De plusieurs liens, seul le \
             plus récent est valable.\n\n\
             Ensuite, vous vous connectez avec {email} ici\u{a0}: {url}\n\n\
             Si vous n’attendiez pas ce message, vous n’avez rien à faire.\n"
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
        subject: format!("Nouveau mot de passe pour {house}"),
        body: format!(
            "Bonjour {name}\n\n\
             {inviter} vous envoie un lien pour choisir un nouveau mot de passe pour {house}\u{a0}:\n\n\
             {link}\n\n\
             Le lien est valable une seule fois, jusqu’au {until}. De plusieurs liens, seul le \
             plus récent est valable. Un nouveau mot de passe met fin à toutes vos sessions.\n\n\
             Si vous ne l’avez pas demandé, renseignez-vous auprès de {inviter}. Tant que vous \
             n’avez pas choisi de nouveau mot de passe, l’ancien reste valable.\n"
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
        subject: format!("Mot de passe oublié pour {house}"),
        body: format!(
            "Bonjour {name}\n\n\
             Quelqu’un, sans doute vous, a oublié le mot de passe pour {house}. \
             Ouvrez ce lien et choisissez-en un nouveau\u{a0}:\n\n\
             {link}\n\n\
             Le lien est valable une seule fois, jusqu’au {until}. De plusieurs liens, seul le \
             plus récent est valable. Un nouveau mot de passe met fin à toutes vos sessions.\n\n\
             Si ce n’était pas vous, vous n’avez rien à faire\u{a0}: votre mot de passe ne change pas.\n"
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
        subject: format!("Votre mot de passe pour {house} a été modifié"),
        body: format!(
            "Bonjour {name}\n\n\
             Votre mot de passe pour {house} a été modifié le {time}. Toutes les sessions \
             précédentes sont terminées.\n\n\
             Si ce n’était pas vous, avertissez tout de suite un gatekeeper et choisissez ici un \
             autre mot de passe\u{a0}: {url}\n"
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
        address => format!("Adresse\u{a0}: {address}\n\n"),
    };
    MailText {
        subject: format!("Nouvelle connexion à {house}"),
        body: format!(
            "Bonjour {name}\n\n\
             Le {time}, quelqu’un s’est connecté à {house} en votre nom, avec un navigateur ou un \
             programme qui ne l’avait jamais fait.\n\n\
             {from}\
             Si c’était vous, vous n’avez rien à faire.\n\n\
             Si ce n’était pas vous, choisissez tout de suite un autre mot de passe, ce qui met fin \
             à toutes les sessions, et avertissez un gatekeeper\u{a0}: {url}\n"
        ),
    }
}
