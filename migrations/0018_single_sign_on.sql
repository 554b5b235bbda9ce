-- Single sign-on by OpenID Connect.

-- Which account of a provider belongs to which user.
create table auth.linked_identities (
    id          bigint      generated always as identity,
    user_id     bigint      not null,
    -- The provider, as its tokens name it, and its id of the person.
    issuer      text        not null,
    subject     text        not null,
    create_time timestamptz not null default clock_timestamp(),
    constraint identity_key primary key (id),
    constraint identity_of_an_account foreign key (user_id) references auth.accounts (user_id),
    constraint one_user_per_subject unique (issuer, subject),
    constraint one_subject_per_user_and_issuer unique (user_id, issuer),
    constraint issuer_is_short check (octet_length(issuer) between 1 and 512),
    constraint subject_is_short check (octet_length(subject) between 1 and 255)
);

grant select, insert on auth.linked_identities to kreis_auth;

-- Published to org: who has a password, and who is linked to an account of a provider.
create or replace view auth.account_states as
    select
        a.user_id,
        a.password_hash is not null as has_password,
        exists (select from auth.linked_identities i where i.user_id = a.user_id) as is_linked
    from auth.accounts a;

-- SHA-256 of what may be used once: finished sign-ins, and logout tokens of providers.
create table auth.spent_tokens (
    hash        bytea       not null,
    -- When it would be refused anyway.
    expire_time timestamptz not null,
    constraint one_use_per_token primary key (hash),
    constraint spent_token_is_hashed check (octet_length(hash) = 32)
);

create index spent_tokens_by_expiry on auth.spent_tokens (expire_time);

-- The purge locks what it deletes, which needs the right to update.
grant select, insert, update (expire_time), delete on auth.spent_tokens to kreis_auth;

alter table auth.sessions
    add column identity_id bigint,
    -- Label of the provider.
    add column provider text not null default '',
    -- The provider's id of its own session.
    add column provider_session text,
    drop constraint method_is_known,
    add constraint method_is_known check (
        method in ('password', 'invitation', 'service_key', 'single_sign_on')
    ),
    add constraint session_of_an_identity foreign key (identity_id)
        references auth.linked_identities (id),
    add constraint session_names_its_identity check (
        (method = 'single_sign_on') = (identity_id is not null)
    ),
    add constraint session_provider_is_short check (octet_length(provider) <= 160),
    add constraint provider_session_is_short check (octet_length(provider_session) <= 255);

create index sessions_of_identity on auth.sessions (identity_id) where identity_id is not null;

alter table auth.sign_in_log
    add column provider text not null default '',
    drop constraint method_is_known,
    add constraint method_is_known check (
        method in ('password', 'invitation', 'service_key', 'single_sign_on')
    ),
    add constraint provider_is_short check (octet_length(provider) <= 160),
    drop constraint activity_is_known,
    add constraint activity_is_known check (activity in (
        'signed_in', 'sign_in_refused', 'renewal_refused', 'refresh_token_reused', 'signed_out',
        'signed_out_everywhere', 'session_ended', 'sessions_ended', 'user_invited',
        'password_reset_invited', 'invitation_accepted', 'invitation_withdrawn',
        'password_changed', 'password_change_refused', 'password_set', 'password_reset',
        'provider_linked'
    )),
    drop constraint reason_is_known,
    add constraint reason_is_known check (reason in (
        'unknown_email', 'wrong_password', 'no_password', 'user_inactive', 'invitation_not_open',
        'session_not_open', 'wrong_token', 'user_changed', 'left_out', 'role_changed',
        'user_deactivated', 'too_many_sessions', 'unknown_key', 'key_expired',
        'account_suspended', 'key_removed', 'rights_changed', 'sign_on_not_begun',
        'wrong_issuer', 'code_refused', 'id_token_refused', 'email_not_verified',
        'linked_to_another', 'provider_unavailable', 'passwords_off', 'signed_out_at_provider'
    ));

-- Published to auth: creates a user for a person whom a provider identified, opens the account and
-- logs it. Returns the id; null if another user has the e-mail or the display name.
create function org.add_user_by_sign_on(
    first_name text, last_name text, display_name text, display_name_key text, email text,
    email_key text
) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    new_id bigint;
begin
    insert into org.users as u (
        first_name, last_name, display_name, display_name_key, email, email_key
    )
    values (
        add_user_by_sign_on.first_name, add_user_by_sign_on.last_name,
        add_user_by_sign_on.display_name, add_user_by_sign_on.display_name_key,
        add_user_by_sign_on.email, add_user_by_sign_on.email_key
    )
    on conflict do nothing
    returning u.id into new_id;
    if new_id is null then
        return null;
    end if;
    perform auth.open_account(new_id);
    insert into org.changes (actor_id, activity, user_id, new_text)
    values (new_id, 'user_created', new_id, add_user_by_sign_on.display_name);
    return new_id;
end;
$$;

-- Published to auth: makes an active user a gatekeeper, ends their sessions, and logs it. Returns the
-- number of the entry in the revocation list; null if nothing was to do.
create function org.make_gatekeeper_by_sign_on(user_id bigint) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform auth.lock_person(make_gatekeeper_by_sign_on.user_id);
    update org.users u set gatekeeper = true, version = u.version + 1, update_time = now()
    where u.id = make_gatekeeper_by_sign_on.user_id and u.kind = 'person' and u.active
        and not u.gatekeeper;
    if not found then
        return null;
    end if;
    insert into org.changes (actor_id, activity, user_id, field, old_text, new_text)
    values (
        make_gatekeeper_by_sign_on.user_id, 'user_updated', make_gatekeeper_by_sign_on.user_id,
        'gatekeeper', 'false', 'true'
    );
    return auth.end_sessions(
        make_gatekeeper_by_sign_on.user_id, make_gatekeeper_by_sign_on.user_id, 'role_changed'
    );
end;
$$;

revoke execute on function
    org.add_user_by_sign_on(text, text, text, text, text, text),
    org.make_gatekeeper_by_sign_on(bigint)
from public;
grant execute on function
    org.add_user_by_sign_on(text, text, text, text, text, text),
    org.make_gatekeeper_by_sign_on(bigint)
to kreis_auth;
