-- What a person may do holds until the end of what they write.

-- One lock for each person, over their role, activity, membership and tokens. It is an
-- advisory lock and not one of a row, because those are not granted in the order of
-- asking: someone who writes without pause could keep their own removal waiting.
create function auth.person_lock(user_id bigint) returns bigint
language sql immutable
set search_path = pg_catalog, pg_temp
begin atomic
    select hashtextextended('kreis person ' || person_lock.user_id::text, 0);
end;

-- Published to org and kpi: whether a token with this role and version is in force. A
-- caller whose token is keeps what they may do until the transaction ends. Call it
-- first, since whoever takes their right away waits for this transaction.
create function auth.hold_caller(user_id bigint, gatekeeper boolean, uv bigint) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock_shared(auth.person_lock(hold_caller.user_id));
    -- A statement of its own: it sees what was committed before the lock was granted.
    return exists (
        select from org.directory d
        join auth.accounts a on a.user_id = d.user_id
        where d.user_id = hold_caller.user_id and d.active
            and d.gatekeeper = hold_caller.gatekeeper and a.uv = hold_caller.uv
    );
end;
$$;

-- Published to org: waits for what a person writes at the moment, and holds up what they
-- begin to write, until the transaction ends. Comes before every other lock but that of
-- the organisation; of two persons, the one with the smaller id comes first.
create function auth.lock_person(user_id bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select pg_advisory_xact_lock(auth.person_lock(lock_person.user_id));
end;

-- No token ends while its person writes with it, whoever ends it.
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
    return auth.append_revocation('user', revoke_user.user_id::text, next_uv, actor, reason);
end;
$$;

-- Passwords leave a trace.
alter table org.changes
    drop constraint activity_is_known,
    add constraint activity_is_known check (activity in (
        'user_created', 'user_updated', 'user_invited', 'user_deactivated', 'user_reactivated',
        'password_reset_invited', 'invitation_accepted', 'password_set',
        'circle_created', 'circle_updated', 'circle_deleted', 'member_added', 'member_removed'
    ));

-- Published to auth: logs that a user accepted an invitation, or, without an actor, that
-- the operator set their password.
create function org.log_password(user_id bigint, actor bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    insert into org.changes (actor_id, activity, user_id)
    values (
        log_password.actor,
        case when log_password.actor is null then 'password_set' else 'invitation_accepted' end,
        log_password.user_id
    );
end;

-- The order of one value's changes is that of their ids: a clock can step back.
create index changes_of_value on kpi.changes (kpi_value_id, id);
drop index kpi.changes_by_value;

revoke execute on function
    auth.person_lock(bigint),
    auth.hold_caller(bigint, boolean, bigint),
    auth.lock_person(bigint),
    org.log_password(bigint, bigint)
from public;

grant usage on schema auth to kreis_kpi;
grant execute on function auth.hold_caller(bigint, boolean, bigint) to kreis_org, kreis_kpi;
grant execute on function auth.lock_person(bigint) to kreis_org, kreis_auth;
grant execute on function org.log_password(bigint, bigint) to kreis_auth;
