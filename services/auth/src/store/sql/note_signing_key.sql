-- $1 are the ids of a server's keys, of which it signs with the first. $2 is its last look.
with own as (
    insert into auth.signing_keys (kid) values (($1::text[])[1])
    on conflict (kid) do update set seen_time = clock_timestamp()
), outdated as (
    delete from auth.signing_keys
    where seen_time < clock_timestamp() - interval '1 day' and kid <> ($1::text[])[1]
)
select
    clock_timestamp() as "time!",
    array(
        select kid from auth.signing_keys
        where kid <> all($1::text[]) and seen_time > $2::timestamptz
        order by kid
    ) as "unknown!"
