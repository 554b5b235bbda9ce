-- The log of sign-ins: who came in, who was refused, and what ended sessions. Kept for 400 days.

create table auth.sign_in_log (
    id          bigint      generated always as identity,
    create_time timestamptz not null default clock_timestamp(),
    activity    text        not null,
    -- The account that the entry is about. Absent if a refusal is about no known account.
    user_id     bigint,
    -- Another person who did it.
    actor_id    bigint,
    method      text,
    reason      text,
    session_id  text,
    -- Address and program of the user, or of the caller who was refused. Absent for what another
    -- person or the operator did.
    address     inet,
    user_agent  text        not null default '',
    -- How many refusals of one kind the entry stands for.
    count       int         not null default 1,
    constraint entry_key primary key (id),
    constraint entry_of_an_account foreign key (user_id) references auth.accounts (user_id),
    constraint actor_has_an_account foreign key (actor_id) references auth.accounts (user_id),
    constraint actor_is_another_person check (actor_id <> user_id),
    constraint activity_is_known check (activity in (
        'signed_in', 'sign_in_refused', 'renewal_refused', 'refresh_token_reused', 'signed_out',
        'signed_out_everywhere', 'session_ended', 'sessions_ended', 'user_invited',
        'password_reset_invited', 'invitation_accepted', 'invitation_withdrawn',
        'password_changed', 'password_change_refused', 'password_set'
    )),
    constraint entry_is_of_somebody check (
        user_id is not null or activity in ('sign_in_refused', 'renewal_refused')
    ),
    constraint method_is_known check (method in ('password', 'invitation')),
    constraint reason_is_known check (reason in (
        'unknown_email', 'wrong_password', 'no_password', 'user_inactive', 'invitation_not_open',
        'session_not_open', 'wrong_token', 'user_changed', 'left_out', 'role_changed',
        'user_deactivated', 'too_many_sessions'
    )),
    constraint user_agent_is_short check (octet_length(user_agent) <= 256),
    constraint counts_from_one check (count >= 1)
);

create index sign_in_log_by_time on auth.sign_in_log (create_time);
create index sign_in_log_by_user on auth.sign_in_log (user_id, create_time, id);
create index sign_in_log_by_activity on auth.sign_in_log (activity, create_time, id);

-- Entries that the user has not confirmed to have read.
create table auth.notices (
    entry_id bigint not null,
    user_id  bigint not null,
    constraint one_notice_per_entry primary key (entry_id),
    constraint notice_of_an_entry foreign key (entry_id) references auth.sign_in_log (id) on delete cascade,
    constraint notice_for_an_account foreign key (user_id) references auth.accounts (user_id)
);

create index notices_by_user on auth.notices (user_id, entry_id);

-- Keeps an entry for its user to read, unless 20 wait already.
create function auth.add_notice(user_id bigint, entry_id bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    insert into auth.notices (entry_id, user_id)
    select add_notice.entry_id, add_notice.user_id
    where (select count(*) from auth.notices n where n.user_id = add_notice.user_id) < 20;
end;

-- Deletes at most so many entries that are older than 400 days. Returns how many.
create function auth.purge_sign_in_log(at_most bigint) returns bigint
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with old as (
        select l.id from auth.sign_in_log l
        where l.create_time < clock_timestamp() - interval '400 days'
        order by l.create_time
        limit purge_sign_in_log.at_most
        for update skip locked
    ),
    purged as (
        delete from auth.sign_in_log l using old where l.id = old.id returning l.id
    )
    select count(*) from purged;
end;

-- Published to org: stores the SHA-256 of an invitation, voids the one before, and logs who made it.
-- A user who has a password already is told, unless they invited themselves.
create function auth.invite(user_id bigint, token_hash bytea, expire_time timestamptz, actor bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    has_password boolean;
    entry bigint;
begin
    insert into auth.invitations (user_id, token_hash, expire_time)
    values (invite.user_id, invite.token_hash, invite.expire_time)
    on conflict on constraint one_invitation_per_user do update
    set token_hash = excluded.token_hash, expire_time = excluded.expire_time, create_time = now();
    select a.password_hash is not null into strict has_password
    from auth.accounts a where a.user_id = invite.user_id;
    insert into auth.sign_in_log as l (activity, user_id, actor_id)
    values (
        case when has_password then 'password_reset_invited' else 'user_invited' end,
        invite.user_id, nullif(invite.actor, invite.user_id)
    )
    returning l.id into entry;
    if has_password and invite.actor is distinct from invite.user_id then
        perform auth.add_notice(invite.user_id, entry);
    end if;
end;
$$;

-- The release before calls it. An entry of the log without an actor says nothing about who invited.
create or replace function auth.invite(user_id bigint, token_hash bytea, expire_time timestamptz) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select auth.invite(invite.user_id, invite.token_hash, invite.expire_time, null);
end;

-- Published to org: voids the open invitation of a user, if there is one, and logs who did it.
create function auth.void_invitation(user_id bigint, actor bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with voided as (
        delete from auth.invitations i where i.user_id = void_invitation.user_id
        returning i.user_id, i.expire_time
    )
    insert into auth.sign_in_log (activity, user_id, actor_id)
    select 'invitation_withdrawn', v.user_id, nullif(void_invitation.actor, v.user_id)
    from voided v
    where v.expire_time > clock_timestamp();
end;

-- The release before calls it.
create or replace function auth.void_invitation(user_id bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select auth.void_invitation(void_invitation.user_id, null);
end;

-- Published to org: like revoke_user, and logs who ended the sessions and why, if any was open.
create function auth.end_sessions(user_id bigint, actor bigint, reason text) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into auth.sign_in_log (activity, user_id, actor_id, reason)
    select
        'sessions_ended', end_sessions.user_id,
        nullif(end_sessions.actor, end_sessions.user_id), end_sessions.reason
    where exists (
        select from auth.sessions s
        where s.user_id = end_sessions.user_id and s.expire_time > clock_timestamp()
    );
    return auth.revoke_user(user_id, actor, reason);
end;
$$;

revoke execute on function
    auth.add_notice(bigint, bigint),
    auth.purge_sign_in_log(bigint),
    auth.invite(bigint, bytea, timestamptz, bigint),
    auth.void_invitation(bigint, bigint),
    auth.end_sessions(bigint, bigint, text)
from public;

grant select, insert on auth.sign_in_log to kreis_auth;
grant select, delete on auth.notices to kreis_auth;
grant execute on function
    auth.add_notice(bigint, bigint),
    auth.purge_sign_in_log(bigint)
to kreis_auth;
grant execute on function
    auth.invite(bigint, bytea, timestamptz, bigint),
    auth.void_invitation(bigint, bigint),
    auth.end_sessions(bigint, bigint, text)
to kreis_org;
