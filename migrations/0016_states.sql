-- kpi: from which distance to its pace a KPI is on track, slightly behind or
-- behind, in points of progress.

-- The organisation's thresholds: the newest row holds. The rows are kept, so
-- they are the change log of the thresholds. The first has the defaults.
create table kpi.state_thresholds (
    version              bigint           not null,
    on_track_from        double precision not null,
    slightly_behind_from double precision not null,
    user_id              bigint,
    create_time          timestamptz      not null default clock_timestamp(),
    constraint one_row_per_version primary key (version),
    constraint thresholds_set_by_a_user foreign key (user_id) references org.users (id),
    constraint thresholds_are_plausible check (
        abs(on_track_from) <= 1000 and abs(slightly_behind_from) <= 1000
    ),
    constraint thresholds_are_in_order check (slightly_behind_from <= on_track_from)
);

insert into kpi.state_thresholds (version, on_track_from, slightly_behind_from) values (1, 0, -10);

grant select, insert on kpi.state_thresholds to kreis_kpi;

-- Thresholds of a single KPI, instead of the organisation's.
alter table kpi.kpis
    add column on_track_from double precision,
    add column slightly_behind_from double precision,
    add constraint own_thresholds_are_two check ((on_track_from is null) = (slightly_behind_from is null)),
    add constraint own_thresholds_are_plausible check (
        abs(on_track_from) <= 1000 and abs(slightly_behind_from) <= 1000
    ),
    add constraint own_thresholds_are_in_order check (slightly_behind_from <= on_track_from);
