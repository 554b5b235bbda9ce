-- How long the tokens of the auth servers live. The list of revocations keeps an entry as long as
-- a token can live that it concerns.

-- The keys that auth servers sign with, each with the lifetime of the tokens.
create table auth.token_issuers (
    kid              text        not null,
    lifetime_seconds int         not null,
    seen_time        timestamptz not null default clock_timestamp(),
    constraint one_row_per_key_and_lifetime primary key (kid, lifetime_seconds),
    constraint lifetime_is_at_most_an_hour check (lifetime_seconds between 1 and 3600)
);

grant select, insert, update (seen_time), delete on auth.token_issuers to kreis_auth;

-- Keeps an entry for the longest lifetime of a token that may still be valid, and a minute for
-- clocks that differ. An auth server counts for 61 minutes after it was seen. Only servers of the
-- release before write to auth.signing_keys; their tokens live an hour. An entry that ends
-- everything is kept for an hour in any case: a restored database does not know which servers
-- were there.
create or replace function auth.append_revocation(
    kind text, key text, min_uv bigint, actor bigint, reason text
) returns bigint
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with lifetimes (seconds) as (
        select i.lifetime_seconds from auth.token_issuers i
        where i.seen_time > clock_timestamp() - interval '61 minutes'
        union all
        select 3600 from auth.signing_keys k
        where k.seen_time > clock_timestamp() - interval '61 minutes'
        union all
        select 3600 where append_revocation.kind = 'everything'
    ), head as (
        update auth.revocation_head set seq = seq + 1 where id = 1 returning seq
    )
    insert into auth.revocations (seq, kind, key, min_uv, not_after, actor, reason)
    select
        head.seq, append_revocation.kind, append_revocation.key, append_revocation.min_uv,
        clock_timestamp() + interval '1 minute'
            + make_interval(secs => (select coalesce(max(l.seconds), 0) from lifetimes l)),
        append_revocation.actor, append_revocation.reason
    from head
    returning seq;
end;
