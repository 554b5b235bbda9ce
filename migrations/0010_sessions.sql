-- Sessions: who is signed in, how, from where, and until when.

create table auth.sessions (
    id            text        not null,
    user_id       bigint      not null,
    -- Version of the user. A session of an older version has ended.
    uv            bigint      not null,
    method        text        not null,
    user_agent    text        not null,
    address       inet,
    create_time   timestamptz not null,
    -- Time of the sign-in, or of the last renewal.
    use_time      timestamptz not null,
    -- When the session ends if it is not renewed before.
    expire_time   timestamptz not null,
    -- When the session ends in any case.
    end_time      timestamptz not null,
    -- Only of a session that can be renewed: SHA-256 of the current refresh token's secret, how
    -- often the session was renewed, and the key that makes the next secret from the current one.
    refresh_hash  bytea,
    refresh_key   bytea,
    generation    int         not null default 0,
    constraint one_session_per_id primary key (id),
    constraint session_of_an_account foreign key (user_id) references auth.accounts (user_id),
    constraint method_is_known check (method in ('password', 'invitation')),
    constraint user_agent_is_short check (octet_length(user_agent) <= 256),
    constraint session_ends_in_order check (use_time <= expire_time and expire_time <= end_time),
    constraint refresh_token_is_hashed check (octet_length(refresh_hash) = 32),
    constraint refresh_token_has_a_key check ((refresh_hash is null) = (refresh_key is null)),
    constraint refresh_key_is_long check (octet_length(refresh_key) = 32)
);

create index sessions_of_user on auth.sessions (user_id, use_time);
create index sessions_by_expiry on auth.sessions (expire_time);

grant
    select,
    insert,
    update (refresh_hash, generation, user_agent, address, use_time, expire_time),
    delete
on auth.sessions to kreis_auth;
grant execute on function auth.hold_caller(bigint, boolean, bigint) to kreis_auth;

-- Ends every token and every session of a user.
create or replace function auth.revoke_user(user_id bigint, actor bigint, reason text) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    next_uv bigint;
begin
    perform auth.lock_person(revoke_user.user_id);
    update auth.accounts a set uv = a.uv + 1, update_time = now()
    where a.user_id = revoke_user.user_id
    returning a.uv into strict next_uv;
    delete from auth.sessions s where s.user_id = revoke_user.user_id;
    return auth.append_revocation('user', revoke_user.user_id::text, next_uv, actor, reason);
end;
$$;

-- A restored database does not know which sessions ended after the backup was made.
create or replace function auth.begin_epoch() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    update auth.revocation_head set epoch = gen_random_uuid() where id = 1;
    delete from auth.invitations;
    delete from auth.sessions;
    return auth.append_revocation('everything', '', 0, null, 'the database was restored');
end;
$$;
