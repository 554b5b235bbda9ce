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

-- A period of which somebody said, and why, that there is nothing to report:
-- its row has no number, and a comment.
alter table kpi.kpi_values
    add column nothing_to_report boolean not null default false,
    add column comment text not null default '',
    add constraint comment_is_not_too_long check (char_length(comment) <= 1000),
    add constraint nothing_to_report_has_no_number check (not (nothing_to_report and value is not null)),
    add constraint nothing_to_report_has_a_reason check (not nothing_to_report or comment <> '');

alter table kpi.changes
    add column comment text not null default '',
    add constraint change_comment_is_not_too_long check (char_length(comment) <= 1000),
    drop constraint change_is_of_a_value_or_a_definition,
    add constraint change_is_of_a_value_or_a_definition check (
        case
            when activity in ('recorded', 'corrected', 'retracted', 'nothing_to_report') then
                kpi_value_id is not null and year is not null and month is not null
                and field is null and old_text is null and new_text is null
                and (new_value is not null) = (activity in ('recorded', 'corrected'))
                and case activity
                    when 'corrected' then old_value is not null
                    -- A mark can be taken back like a number.
                    when 'retracted' then comment = ''
                    when 'nothing_to_report' then old_value is null and comment <> ''
                    else old_value is null
                end
            when activity in (
                'kpi_created', 'kpi_updated', 'target_set', 'target_removed',
                'kpi_activated', 'kpi_deactivated'
            ) then
                kpi_value_id is null and year is null and month is null
                and old_value is null and new_value is null and comment = ''
                and field is not null and old_text is not null and new_text is not null
            else false
        end
    );

grant select (active) on org.directory to kreis_kpi;
grant update (nothing_to_report, comment) on kpi.kpi_values to kreis_kpi;
