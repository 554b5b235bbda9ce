-- Service accounts: programs that sign in with a key.

-- A service account is a user, so that the change logs can name it. It has no e-mail and no
-- person's name, and never the role of a gatekeeper.
alter table org.users
    add column kind text not null default 'person',
    alter column email_key drop not null,
    add constraint kind_is_known check (kind in ('person', 'service')),
    add constraint only_people_have_an_email check (
        (kind = 'person') = (email_key is not null) and (kind = 'person') = (email <> '')
    ),
    add constraint only_people_are_gatekeepers check (kind = 'person' or not gatekeeper),
    drop constraint user_has_a_first_name,
    add constraint user_has_a_first_name check (
        case kind when 'person' then char_length(first_name) between 1 and 100 else first_name = '' end
    ),
    drop constraint user_has_a_last_name,
    add constraint user_has_a_last_name check (
        case kind when 'person' then char_length(last_name) between 1 and 100 else last_name = '' end
    ),
    drop constraint user_has_an_email,
    add constraint user_has_an_email check (
        kind <> 'person' or char_length(email) between 3 and 254
    );

create table org.service_accounts (
    user_id     bigint  not null,
    owner_id    bigint  not null,
    -- Whether it may write. Otherwise it only reads.
    writes      boolean not null,
    -- Whether it counts as a member of every circle, also of those that come later.
    all_circles boolean not null,
    constraint one_service_account_per_user primary key (user_id),
    constraint service_account_is_a_user foreign key (user_id) references org.users (id),
    constraint owner_is_a_user foreign key (owner_id) references org.users (id),
    constraint owner_is_another_user check (owner_id <> user_id)
);

create index service_accounts_by_owner on org.service_accounts (owner_id);

-- The circles of a service account that is not for all of them.
create table org.service_account_circles (
    user_id   bigint not null,
    circle_id bigint not null,
    constraint one_row_per_service_account_and_circle primary key (user_id, circle_id),
    constraint circles_of_a_service_account foreign key (user_id)
        references org.service_accounts (user_id),
    constraint service_account_for_a_circle foreign key (circle_id) references org.circles (id)
);

create index service_account_circles_by_circle on org.service_account_circles (circle_id);

-- To the other services, a service account is a member of its circles.
create or replace view org.membership as
    select circle_id, user_id from org.members
    union all
    select circle_id, user_id from org.service_account_circles
    union all
    select c.id, s.user_id
    from org.service_accounts s
    cross join org.circles c
    where s.all_circles;

create or replace view org.directory as
    select
        u.id as user_id, u.first_name, u.last_name, u.display_name, u.email, u.email_key,
        u.gatekeeper, u.active, u.version, u.create_time, u.update_time, u.language,
        u.kind, s.owner_id, o.display_name as owner_name
    from org.users u
    left join org.service_accounts s on s.user_id = u.id
    left join org.users o on o.id = s.owner_id;

-- Published to auth: which service accounts may act, and whether they may write. An account is
-- suspended while its owner is not an active gatekeeper.
create view org.service_account_rights as
    select s.user_id, s.writes, u.active and o.active and o.gatekeeper as in_force
    from org.service_accounts s
    join org.users u on u.id = s.user_id
    join org.users o on o.id = s.owner_id;

grant select on org.service_account_rights to kreis_auth;
grant select on org.membership to kreis_org;
grant select (kind, owner_id, owner_name) on org.directory to kreis_kpi;
grant select, insert, update (owner_id, writes, all_circles) on org.service_accounts to kreis_org;
grant select, insert, delete on org.service_account_circles to kreis_org;

alter table org.changes
    drop constraint activity_is_known,
    add constraint activity_is_known check (activity in (
        'user_created', 'user_updated', 'user_invited', 'user_deactivated', 'user_reactivated',
        'password_reset_invited', 'invitation_accepted', 'invitation_withdrawn',
        'password_set', 'password_changed', 'password_reset',
        'circle_created', 'circle_updated', 'circle_deleted', 'member_added', 'member_removed',
        'service_account_created', 'service_account_updated', 'service_account_removed',
        'service_key_added', 'service_key_removed'
    ));

-- The keys of service accounts. A key has 256 random bits, so SHA-256 without salt is enough.
create table auth.service_keys (
    id             bigint      generated always as identity,
    user_id        bigint      not null,
    key_hash       bytea       not null,
    -- The first characters of the key, for people who look for it.
    hint           text        not null,
    -- That of the revocation list when the key was made. A database that was restored from a
    -- backup has another one, because it does not know which keys were removed since.
    epoch          uuid        not null,
    create_time    timestamptz not null default clock_timestamp(),
    expire_time    timestamptz not null,
    first_use_time timestamptz,
    last_use_time  timestamptz,
    constraint service_key_key primary key (id),
    constraint key_of_an_account foreign key (user_id) references auth.accounts (user_id),
    constraint one_service_key_per_hash unique (key_hash),
    constraint service_key_is_hashed check (octet_length(key_hash) = 32),
    constraint hint_is_short check (octet_length(hint) <= 16),
    constraint service_key_expires_within_a_year check (
        expire_time > create_time and expire_time <= create_time + interval '366 days'
    ),
    constraint used_twice_if_used check ((first_use_time is null) = (last_use_time is null))
);

create index service_keys_of_user on auth.service_keys (user_id);
create index service_keys_by_expiry on auth.service_keys (expire_time);

-- All tokens of one key have the same session.
alter table auth.sessions
    add column service_key_id bigint,
    drop constraint method_is_known,
    add constraint method_is_known check (method in ('password', 'invitation', 'service_key')),
    add constraint session_of_a_service_key foreign key (service_key_id)
        references auth.service_keys (id),
    add constraint one_session_per_service_key unique (service_key_id),
    add constraint session_names_its_key check ((method = 'service_key') = (service_key_id is not null));

alter table auth.sign_in_log
    drop constraint method_is_known,
    add constraint method_is_known check (method in ('password', 'invitation', 'service_key')),
    drop constraint reason_is_known,
    add constraint reason_is_known check (reason in (
        'unknown_email', 'wrong_password', 'no_password', 'user_inactive', 'invitation_not_open',
        'session_not_open', 'wrong_token', 'user_changed', 'left_out', 'role_changed',
        'user_deactivated', 'too_many_sessions', 'unknown_key', 'key_expired',
        'account_suspended', 'key_removed', 'rights_changed'
    ));

-- Published to org: the keys of service accounts.
create view auth.service_key_states as
    select
        k.id, k.user_id, k.hint, k.create_time, k.expire_time, k.first_use_time, k.last_use_time
    from auth.service_keys k
    join auth.revocation_head h on h.epoch = k.epoch;

-- Published to org: adds a key, and deletes those of the account that sign in no more.
create function auth.add_service_key(
    user_id bigint, key_hash bytea, hint text, expire_time timestamptz
) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    delete from auth.sessions s
    using auth.service_keys k, auth.revocation_head h
    where s.service_key_id = k.id and k.user_id = add_service_key.user_id
        and (k.expire_time <= clock_timestamp() or k.epoch <> h.epoch);
    delete from auth.service_keys k
    using auth.revocation_head h
    where k.user_id = add_service_key.user_id
        and (k.expire_time <= clock_timestamp() or k.epoch <> h.epoch);
    insert into auth.service_keys (user_id, key_hash, hint, epoch, expire_time)
    select
        add_service_key.user_id, add_service_key.key_hash, add_service_key.hint, h.epoch,
        add_service_key.expire_time
    from auth.revocation_head h;
end;

-- Published to org: removes a key of a service account, ends its session, and logs it if the
-- session was open. Returns the number of the entry in the revocation list; null if the key has no
-- session.
create function auth.remove_service_key(key_id bigint, actor bigint) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    session record;
begin
    -- A call that turns the key into a token holds this row.
    perform from auth.service_keys k where k.id = remove_service_key.key_id for update;
    delete from auth.sessions s where s.service_key_id = remove_service_key.key_id
    returning s.id, s.user_id, s.expire_time into session;
    delete from auth.service_keys k where k.id = remove_service_key.key_id;
    if session.id is null then
        return null;
    end if;
    if session.expire_time > clock_timestamp() then
        insert into auth.sign_in_log (activity, user_id, actor_id, reason, session_id)
        values (
            'session_ended', session.user_id, remove_service_key.actor, 'key_removed', session.id
        );
    end if;
    return auth.append_revocation(
        'session', session.id, 0, remove_service_key.actor, 'a key was removed'
    );
end;
$$;

revoke execute on function
    auth.add_service_key(bigint, bytea, text, timestamptz),
    auth.remove_service_key(bigint, bigint)
from public;

grant execute on function
    auth.add_service_key(bigint, bytea, text, timestamptz),
    auth.remove_service_key(bigint, bigint)
to kreis_org;
grant select on auth.service_key_states to kreis_org;
grant select, update (first_use_time, last_use_time) on auth.service_keys to kreis_auth;
