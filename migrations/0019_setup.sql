-- The link with which the first gatekeeper sets up kreis. `kreis serve` prints it while there are
-- no users.

create table auth.setup_link (
    id          smallint    not null default 1,
    -- SHA-256 of the token, which only the printed link contains.
    token_hash  bytea       not null,
    expire_time timestamptz not null,
    constraint setup_link_key primary key (id),
    constraint only_one_setup_link check (id = 1),
    constraint setup_token_is_hashed check (octet_length(token_hash) = 32)
);

-- Published to auth: adds the first user, who is a gatekeeper, and describes the organisation.
-- Returns the id of the user; null if there is a user already.
create function org.add_first_gatekeeper(
    first_name text, last_name text, display_name text, display_name_key text,
    email text, email_key text, organisation text, time_zone text
) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    new_id bigint;
begin
    -- Two that come at once do not both find an empty table. Readers go on.
    lock table org.users in share row exclusive mode;
    if exists (select from org.users) then
        return null;
    end if;
    insert into org.users as u (
        first_name, last_name, display_name, display_name_key, email, email_key, gatekeeper
    )
    values (
        add_first_gatekeeper.first_name, add_first_gatekeeper.last_name,
        add_first_gatekeeper.display_name, add_first_gatekeeper.display_name_key,
        add_first_gatekeeper.email, add_first_gatekeeper.email_key, true
    )
    returning u.id into new_id;
    perform auth.open_account(new_id);
    insert into org.changes (activity, user_id, new_text)
    values ('user_created', new_id, add_first_gatekeeper.display_name);
    update org.organisation o
    set
        name = add_first_gatekeeper.organisation, time_zone = add_first_gatekeeper.time_zone,
        update_time = now()
    where o.id = 1;
    return new_id;
end;
$$;

revoke execute on function
    org.add_first_gatekeeper(text, text, text, text, text, text, text, text)
from public;
grant execute on function
    org.add_first_gatekeeper(text, text, text, text, text, text, text, text)
to kreis_auth;
grant select, insert, update (token_hash, expire_time), delete on auth.setup_link to kreis_auth;
