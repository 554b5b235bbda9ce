-- What single sign-on does is logged as such, and it takes back the role that it gave.

-- The providers of auth's settings. An account at another provider lets nobody in.
create table auth.providers (
    -- The provider, as its tokens name it.
    issuer text not null,
    constraint one_row_per_provider primary key (issuer),
    constraint provider_issuer_is_short check (octet_length(issuer) between 1 and 512)
);

-- Until auth starts with its settings.
insert into auth.providers (issuer) select distinct issuer from auth.linked_identities;

grant select, insert, delete on auth.providers to kreis_auth;

create or replace view auth.account_states as
    select
        a.user_id,
        a.password_hash is not null as has_password,
        exists (
            select from auth.linked_identities i
            join auth.providers p on p.issuer = i.issuer
            where i.user_id = a.user_id
        ) as is_linked
    from auth.accounts a;

alter table org.users
    -- The provider that made the user a gatekeeper. Null if a person did.
    add column gatekeeper_by text,
    add constraint gatekeeper_by_is_short check (octet_length(gatekeeper_by) between 1 and 512);

alter table org.changes
    -- Label of the provider that caused the change. Such a change has no actor.
    add column provider text not null default '',
    add constraint change_provider_is_short check (octet_length(provider) <= 160),
    add constraint change_by_a_user_or_a_provider check (actor_id is null or provider = '');

-- Published to auth: as before, and the change log names the provider.
create function org.add_user_by_sign_on(
    first_name text, last_name text, display_name text, display_name_key text, email text,
    email_key text, provider text
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
    insert into org.changes (activity, user_id, new_text, provider)
    values (
        'user_created', new_id, add_user_by_sign_on.display_name, add_user_by_sign_on.provider
    );
    return new_id;
end;
$$;

-- Published to auth: makes an active user a gatekeeper, or takes back the role that this provider gave,
-- ends their sessions, and logs it. The last gatekeeper who can sign in keeps the role. Returns the
-- number of the last entry in the revocation list; null if nothing was to do.
create function org.set_gatekeeper_by_sign_on(
    user_id bigint, gatekeeper boolean, issuer text, provider text
) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    person constant bigint := set_gatekeeper_by_sign_on.user_id;
    wanted constant boolean := set_gatekeeper_by_sign_on.gatekeeper;
    seq bigint;
begin
    if not wanted then
        -- As org does, before every other lock, when somebody may lose the role.
        perform from org.organisation for update;
    end if;
    perform auth.lock_person(person);
    if not wanted then
        perform auth.lock_person(s.user_id) from (
            select a.user_id from org.service_accounts a where a.owner_id = person order by a.user_id
        ) s;
    end if;
    update org.users u set
        gatekeeper = wanted,
        gatekeeper_by = case when wanted then set_gatekeeper_by_sign_on.issuer end,
        version = u.version + 1,
        update_time = now()
    where u.id = person and u.kind = 'person' and u.active and u.gatekeeper <> wanted and (
        wanted or (
            u.gatekeeper_by = set_gatekeeper_by_sign_on.issuer and exists (
                select from org.users o
                join auth.account_states a on a.user_id = o.id
                where o.id <> u.id and o.gatekeeper and o.active and (a.has_password or a.is_linked)
            )
        )
    );
    if not found then
        return null;
    end if;
    insert into org.changes (activity, user_id, field, old_text, new_text, provider)
    values (
        'user_updated', person, 'gatekeeper', (not wanted)::text, wanted::text,
        set_gatekeeper_by_sign_on.provider
    );
    seq := auth.end_sessions(person, person, 'role_changed');
    if not wanted then
        select coalesce(max(auth.end_sessions(s.user_id, person, 'account_suspended')), seq) into seq
        from org.service_accounts s
        join org.users u on u.id = s.user_id
        where s.owner_id = person and u.active;
    end if;
    return seq;
end;
$$;

revoke execute on function
    org.add_user_by_sign_on(text, text, text, text, text, text, text),
    org.set_gatekeeper_by_sign_on(bigint, boolean, text, text)
from public;
grant execute on function
    org.add_user_by_sign_on(text, text, text, text, text, text, text),
    org.set_gatekeeper_by_sign_on(bigint, boolean, text, text)
to kreis_auth;
