-- Mails about sign-ins with a browser or program that has not signed in to the account before.

alter table auth.mails
    -- Of the sign-in that the mail is about.
    add column address inet,
    drop constraint mail_kind_is_known,
    add constraint mail_kind_is_known check (
        kind in ('invitation', 'password_reset', 'password_changed', 'new_browser')
    );

-- Two sign-ins are two mails. All other kinds say the same again.
drop index auth.one_waiting_mail_per_user_and_kind;
create unique index one_waiting_mail_per_user_and_kind on auth.mails (user_id, kind)
    where end_time is null and kind <> 'new_browser';
