-- Mails: an outbox, links to set a password that users ask for themselves, and the language
-- in which a user reads.

alter table org.users
    add column language text,
    add constraint language_is_known check (language in ('en', 'de', 'fr', 'it'));

create or replace view org.directory as
    select
        id as user_id, first_name, last_name, display_name, email, email_key,
        gatekeeper, active, version, create_time, update_time, language
    from org.users;

alter table org.changes
    drop constraint activity_is_known,
    add constraint activity_is_known check (activity in (
        'user_created', 'user_updated', 'user_invited', 'user_deactivated', 'user_reactivated',
        'password_reset_invited', 'invitation_accepted', 'invitation_withdrawn',
        'password_set', 'password_changed', 'password_reset',
        'circle_created', 'circle_updated', 'circle_deleted', 'member_added', 'member_removed'
    ));

-- Published to auth: logs what auth does with the account of a user.
create function org.log_account_change(user_id bigint, actor bigint, activity text) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    insert into org.changes (actor_id, activity, user_id)
    values (log_account_change.actor, log_account_change.activity, log_account_change.user_id);
end;

-- The outbox. It has no address and no link: auth reads the address and makes the link when
-- it sends the mail.
create table auth.mails (
    id           bigint      generated always as identity,
    user_id      bigint      not null,
    kind         text        not null,
    -- The gatekeeper who invites.
    actor_id     bigint,
    -- Of a mail with a link: the hash of the invitation or the password reset at the moment.
    -- Each attempt makes a new token. If the hash is gone, the mail is void.
    link_hash    bytea,
    create_time  timestamptz not null default clock_timestamp(),
    attempts     int         not null default 0,
    -- When to send the mail next. While a server sends it: when its lease ends.
    attempt_time timestamptz not null default clock_timestamp(),
    -- After this time auth does not try again.
    give_up_time timestamptz not null,
    end_time     timestamptz,
    outcome      text,
    constraint mail_key primary key (id),
    constraint mail_to_an_account foreign key (user_id) references auth.accounts (user_id),
    constraint mail_kind_is_known check (
        kind in ('invitation', 'password_reset', 'password_changed')
    ),
    constraint link_is_hashed check (octet_length(link_hash) = 32),
    constraint mail_outcome_is_known check (outcome in ('sent', 'failed', 'void')),
    constraint ended_mail_has_an_outcome check ((end_time is null) = (outcome is null))
);

create unique index one_waiting_mail_per_user_and_kind on auth.mails (user_id, kind)
    where end_time is null;
create index waiting_mails on auth.mails (attempt_time) where end_time is null;
create index ended_mails on auth.mails (end_time) where end_time is not null;
create index mails_of_user on auth.mails (user_id, create_time);

-- Links with which a user who forgot their password sets another one. Whatever ends the
-- sessions of the user raises the version of the account, and so makes the link invalid.
create table auth.password_resets (
    user_id     bigint      not null,
    uv          bigint      not null,
    token_hash  bytea       not null,
    expire_time timestamptz not null,
    create_time timestamptz not null default now(),
    constraint one_password_reset_per_user primary key (user_id),
    constraint password_reset_of_an_account foreign key (user_id) references auth.accounts (user_id),
    constraint one_password_reset_per_token unique (token_hash),
    constraint reset_token_is_hashed check (octet_length(token_hash) = 32)
);

alter table auth.sign_in_log
    drop constraint activity_is_known,
    add constraint activity_is_known check (activity in (
        'signed_in', 'sign_in_refused', 'renewal_refused', 'refresh_token_reused', 'signed_out',
        'signed_out_everywhere', 'session_ended', 'sessions_ended', 'user_invited',
        'password_reset_invited', 'invitation_accepted', 'invitation_withdrawn',
        'password_changed', 'password_change_refused', 'password_set', 'password_reset'
    ));

-- A restored database does not know which mails were sent after the backup was made.
create or replace function auth.begin_epoch() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    update auth.revocation_head set epoch = gen_random_uuid() where id = 1;
    delete from auth.mails;
    delete from auth.password_resets;
    delete from auth.invitations;
    delete from auth.sessions;
    return auth.append_revocation('everything', '', 0, null, 'the database was restored');
end;
$$;

revoke execute on function org.log_account_change(bigint, bigint, text) from public;
grant execute on function org.log_account_change(bigint, bigint, text) to kreis_auth;
grant select (name, time_zone) on org.organisation to kreis_auth;
grant
    select, insert, update (link_hash, attempts, attempt_time, end_time, outcome), delete
on auth.mails to kreis_auth;
grant
    select, insert, update (uv, token_hash, expire_time, create_time), delete
on auth.password_resets to kreis_auth;
grant update (token_hash, expire_time) on auth.invitations to kreis_auth;
grant execute on function auth.invite(bigint, bytea, timestamptz, bigint) to kreis_auth;
