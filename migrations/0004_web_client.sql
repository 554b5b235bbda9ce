-- kpi: what the web client shows and asks for beyond numbers.

-- What a KPI is about, and whom to ask about it.
alter table kpi.kpis
    add column description text not null default '',
    add column steward_id bigint,
    add constraint description_is_not_too_long check (char_length(description) <= 2000),
    add constraint steward_is_a_user foreign key (steward_id) references org.users (id);

-- Since when a KPI takes values: nothing before is due.
alter table kpi.kpis add column active_since timestamptz not null default now();

update kpi.kpis k
set active_since = coalesce(
    (
        select max(c.create_time) from kpi.changes c
        where c.kpi_id = k.id and c.activity = 'kpi_activated'
    ),
    k.create_time
);
