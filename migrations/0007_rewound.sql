-- A database that was restored from a backup: nobody knows which tokens and invitations
-- were made, used or ended after the backup.

create or replace function auth.begin_epoch() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    update auth.revocation_head set epoch = gen_random_uuid() where id = 1;
    delete from auth.invitations;
    return auth.append_revocation('everything', '', 0, null, 'the database was restored');
end;
$$;

-- For auth, where a gateway or service knows entries that the list does not have. Of
-- several who notice it one begins the epoch; null for the others.
create function auth.begin_epoch_instead_of(epoch uuid) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform from auth.revocation_head h
    where h.id = 1 and h.epoch = begin_epoch_instead_of.epoch
    for update;
    if not found then
        return null;
    end if;
    return auth.begin_epoch();
end;
$$;

revoke execute on function auth.begin_epoch_instead_of(uuid) from public;
grant execute on function auth.begin_epoch_instead_of(uuid) to kreis_auth;

-- A signing key that served another database is worth nothing in a new one. Tokens name
-- the second in which they were issued: those of this second are of the new one.
select auth.append_revocation('everything', '', 0, null, 'the database is new')
where not exists (select from auth.accounts);

update auth.revocations set create_time = create_time - interval '1 second'
where kind = 'everything' and reason = 'the database is new';
