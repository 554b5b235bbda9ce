-- auth: accounts, invitations and the list of revocations.

create table auth.accounts (
    user_id       bigint      not null,
    password_hash text,
    uv            bigint      not null default 1,
    create_time   timestamptz not null default now(),
    update_time   timestamptz not null default now(),
    constraint one_account_per_user primary key (user_id),
    constraint account_of_a_user foreign key (user_id) references org.users (id),
    constraint password_is_hashed check (password_hash like '$argon2id$%')
);

create table auth.invitations (
    user_id     bigint      not null,
    token_hash  bytea       not null,
    expire_time timestamptz not null,
    create_time timestamptz not null default now(),
    constraint one_invitation_per_user primary key (user_id),
    constraint invitation_opens_an_account foreign key (user_id) references auth.accounts (user_id),
    constraint one_invitation_per_token unique (token_hash),
    constraint token_is_hashed check (octet_length(token_hash) = 32)
);

-- Whoever revokes takes the next seq by updating this row, and holds it until
-- commit: the order of seq is the order of visibility, without gaps.
create table auth.revocation_head (
    id        smallint not null default 1,
    epoch     uuid     not null default gen_random_uuid(),
    seq       bigint   not null default 0,
    purged_to bigint   not null default 0,
    constraint revocation_head_key primary key (id),
    constraint only_one_revocation_head check (id = 1),
    constraint purged_within_the_list check (purged_to between 0 and seq)
);

insert into auth.revocation_head default values;

create table auth.revocations (
    seq         bigint      not null,
    kind        text        not null,
    key         text        not null,
    min_uv      bigint      not null default 0,
    not_after   timestamptz not null,
    actor       bigint,
    reason      text        not null,
    create_time timestamptz not null default clock_timestamp(),
    constraint one_revocation_per_seq primary key (seq),
    constraint kind_is_known check (kind in ('token', 'session', 'user', 'key', 'everything')),
    constraint user_has_a_version check ((kind = 'user') = (min_uv > 0)),
    constraint everything_has_no_key check ((kind = 'everything') = (key = ''))
);

create index revocations_by_end on auth.revocations (not_after);

-- The one way to append to the list; call it as the last statement of a
-- transaction. The longest life of a token is an hour (auth refuses a longer
-- setting); another minute covers clocks that differ.
create function auth.append_revocation(
    kind text, key text, min_uv bigint, actor bigint, reason text
) returns bigint
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with head as (
        update auth.revocation_head set seq = seq + 1 where id = 1 returning seq
    )
    insert into auth.revocations (seq, kind, key, min_uv, not_after, actor, reason)
    select
        head.seq, append_revocation.kind, append_revocation.key, append_revocation.min_uv,
        clock_timestamp() + interval '61 minutes', append_revocation.actor, append_revocation.reason
    from head
    returning seq;
end;

-- Published to org: opens the account of a user who was just created.
create function auth.open_account(user_id bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    insert into auth.accounts (user_id) values (open_account.user_id);
end;

-- Published to org: stores the SHA-256 of an invitation, voiding the one before.
create function auth.invite(user_id bigint, token_hash bytea, expire_time timestamptz) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    insert into auth.invitations (user_id, token_hash, expire_time)
    values (invite.user_id, invite.token_hash, invite.expire_time)
    on conflict on constraint one_invitation_per_user do update
    set token_hash = excluded.token_hash, expire_time = excluded.expire_time, create_time = now();
end;

-- Published to org: voids the open invitation of a user, if there is one.
create function auth.void_invitation(user_id bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    delete from auth.invitations i where i.user_id = void_invitation.user_id;
end;

-- Published to org: ends every token of a user; answers the seq.
create function auth.revoke_user(user_id bigint, actor bigint, reason text) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    next_uv bigint;
begin
    update auth.accounts a set uv = a.uv + 1, update_time = now()
    where a.user_id = revoke_user.user_id
    returning a.uv into strict next_uv;
    return auth.append_revocation('user', revoke_user.user_id::text, next_uv, actor, reason);
end;
$$;

-- For the operator, after the database was restored from a backup: a new epoch
-- makes every holder drop its copy, and all tokens so far are dead.
create function auth.begin_epoch() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    update auth.revocation_head set epoch = gen_random_uuid() where id = 1;
    return auth.append_revocation('everything', '', 0, null, 'the database was restored');
end;
$$;

-- Published to org: who has a password.
create view auth.account_states as
    select user_id, password_hash is not null as has_password from auth.accounts;

revoke execute on all functions in schema auth from public;

grant usage on schema auth to kreis_auth, kreis_org;
grant execute on function
    auth.open_account(bigint),
    auth.invite(bigint, bytea, timestamptz),
    auth.void_invitation(bigint),
    auth.revoke_user(bigint, bigint, text)
to kreis_org;
grant select on auth.account_states to kreis_org;

grant execute on function
    auth.append_revocation(text, text, bigint, bigint, text),
    auth.revoke_user(bigint, bigint, text)
to kreis_auth;
grant select, update (password_hash, update_time) on auth.accounts to kreis_auth;
grant select, delete on auth.invitations to kreis_auth;
grant select, update (purged_to) on auth.revocation_head to kreis_auth;
grant select, delete on auth.revocations to kreis_auth;
