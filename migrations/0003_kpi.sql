-- kpi: KPIs, their targets and values, and the change log.

create table kpi.kpis (
    id          bigint           generated always as identity,
    circle_id   bigint           not null,
    name        text             not null,
    name_key    text             not null,
    periodicity text             not null,
    unit        text             not null,
    minimum     double precision,
    maximum     double precision,
    active      boolean          not null default true,
    version     bigint           not null default 1,
    create_time timestamptz      not null default now(),
    update_time timestamptz      not null default now(),
    constraint kpi_key primary key (id),
    constraint kpi_belongs_to_a_circle foreign key (circle_id) references org.circles (id),
    constraint one_kpi_per_circle_and_name unique (circle_id, name_key),
    constraint kpi_has_a_name check (char_length(name) between 1 and 200),
    constraint periodicity_is_known check (periodicity in ('monthly', 'quarterly', 'yearly')),
    constraint unit_is_known check (unit in ('chf', 'percentage', 'amount', 'score')),
    constraint limits_are_finite check (abs(minimum) <= 1e15 and abs(maximum) <= 1e15),
    constraint limits_are_in_order check (minimum <= maximum)
);

-- Keyset order of the list of KPIs.
create index kpis_by_name on kpi.kpis (name_key, id);

create table kpi.targets (
    kpi_id        bigint           not null,
    from_year     integer          not null,
    initial_value double precision not null,
    target_value  double precision not null,
    constraint one_target_per_kpi_and_year primary key (kpi_id, from_year),
    constraint target_of_a_kpi foreign key (kpi_id) references kpi.kpis (id),
    constraint target_year_is_plausible check (from_year between 1900 and 2200),
    constraint target_is_finite check (abs(initial_value) <= 1e15 and abs(target_value) <= 1e15)
);

-- A retracted value keeps its row, without a number.
create table kpi.kpi_values (
    id          bigint           generated always as identity,
    kpi_id      bigint           not null,
    year        integer          not null,
    month       integer          not null,
    value       double precision,
    version     bigint           not null default 1,
    created_by  bigint           not null,
    create_time timestamptz      not null default clock_timestamp(),
    updated_by  bigint           not null,
    update_time timestamptz      not null default clock_timestamp(),
    constraint kpi_value_key primary key (id),
    constraint value_of_a_kpi foreign key (kpi_id) references kpi.kpis (id),
    constraint one_value_per_kpi_and_period unique (kpi_id, year, month),
    constraint value_created_by_a_user foreign key (created_by) references org.users (id),
    constraint value_updated_by_a_user foreign key (updated_by) references org.users (id),
    constraint value_is_finite check (abs(value) <= 1e15),
    constraint value_year_is_plausible check (year between 1900 and 2200),
    constraint value_month_is_of_the_calendar check (month between 1 and 12)
);

-- Keyset order of the list of values.
create index kpi_values_by_period on kpi.kpi_values (year, month, id);

-- Append-only, written in the transaction of the change. The time is taken
-- under the lock of the row that changes, so it never runs backwards for one
-- value.
create table kpi.changes (
    id           bigint           generated always as identity,
    create_time  timestamptz      not null default clock_timestamp(),
    user_id      bigint           not null,
    kpi_id       bigint           not null,
    circle_id    bigint           not null,
    activity     text             not null,
    kpi_value_id bigint,
    year         integer,
    month        integer,
    old_value    double precision,
    new_value    double precision,
    field        text,
    old_text     text,
    new_text     text,
    constraint change_key primary key (id),
    constraint change_by_a_user foreign key (user_id) references org.users (id),
    constraint change_of_a_kpi foreign key (kpi_id) references kpi.kpis (id),
    constraint change_in_a_circle foreign key (circle_id) references org.circles (id),
    constraint change_of_a_value foreign key (kpi_value_id) references kpi.kpi_values (id),
    constraint change_is_of_a_value_or_a_definition check (
        case
            when activity in ('recorded', 'corrected', 'retracted') then
                kpi_value_id is not null and year is not null and month is not null
                and field is null and old_text is null and new_text is null
                and (new_value is null) = (activity = 'retracted')
                and (old_value is null) = (activity = 'recorded')
            when activity in (
                'kpi_created', 'kpi_updated', 'target_set', 'target_removed',
                'kpi_activated', 'kpi_deactivated'
            ) then
                kpi_value_id is null and year is null and month is null
                and old_value is null and new_value is null
                and field is not null and old_text is not null and new_text is not null
            else false
        end
    )
);

create index changes_by_time on kpi.changes (create_time, id);
create index changes_by_circle on kpi.changes (circle_id, create_time, id);
create index changes_by_kpi on kpi.changes (kpi_id, create_time, id);
create index changes_by_value on kpi.changes (kpi_value_id, create_time, id);

-- What a caller's request_id was answered with; kept for seven days.
create table kpi.requests (
    caller_id   bigint      not null,
    request_id  uuid        not null,
    content     bytea       not null,
    result      jsonb,
    create_time timestamptz not null default now(),
    constraint one_request_per_caller_and_id primary key (caller_id, request_id)
);

create index requests_by_time on kpi.requests (create_time);

grant usage on schema kpi to kreis_kpi;
grant select, insert, update on kpi.kpis to kreis_kpi;
grant select, insert, update (initial_value, target_value), delete on kpi.targets to kreis_kpi;
grant select, insert, update (value, version, updated_by, update_time) on kpi.kpi_values to kreis_kpi;
grant select, insert on kpi.changes to kreis_kpi;
grant select, insert, update (result), delete on kpi.requests to kreis_kpi;
