-- Tabs that renew at the same time can show tokens of several generations.

alter table auth.sessions
    -- When the session was renewed in the 30 s before `use_time`, newest first.
    add column earlier_renewals timestamptz[] not null default '{}',
    add constraint few_earlier_renewals check (cardinality(earlier_renewals) <= 7);

grant update (earlier_renewals) on auth.sessions to kreis_auth;
