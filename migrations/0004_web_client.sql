-- kpi: what the web client shows and asks for beyond numbers.

-- What a KPI is about, and whom to ask about it.
alter table kpi.kpis
    add column description text not null default '',
    add column steward_id bigint,
    add constraint description_is_not_too_long check (char_length(description) <= 2000),
    add constraint steward_is_a_user foreign key (steward_id) references org.users (id);
