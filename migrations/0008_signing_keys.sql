-- Which keys the auth servers of this database sign with at present, so that servers that
-- do not know each other's keys say so.
create table auth.signing_keys (
    kid       text        not null,
    seen_time timestamptz not null default clock_timestamp(),
    constraint one_row_per_signing_key primary key (kid)
);

grant select, insert, update (seen_time), delete on auth.signing_keys to kreis_auth;
