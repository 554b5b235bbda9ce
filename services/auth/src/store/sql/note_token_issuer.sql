-- $1 are the ids of a server's keys, of which it signs with the first. $2 is the lifetime of its
-- tokens in seconds, $3 its last look. Servers of the release before write to auth.signing_keys.
with own as (
    insert into auth.token_issuers (kid, lifetime_seconds) values (($1::text[])[1], $2)
    on conflict (kid, lifetime_seconds) do update set seen_time = clock_timestamp()
), outdated as (
    delete from auth.token_issuers
    where seen_time < clock_timestamp() - interval '1 day'
        and (kid, lifetime_seconds) <> (($1::text[])[1], $2)
)
select
    clock_timestamp() as "time!",
    array(
        select i.kid from auth.token_issuers i
        where i.kid <> all($1::text[]) and i.seen_time > $3::timestamptz
        union
        select k.kid from auth.signing_keys k
        where k.kid <> all($1::text[]) and k.seen_time > $3::timestamptz
        order by 1
    ) as "unknown!"
