with changed as (
    -- $1 id, $2 value, $3 user, $4 nothing to report, $5 comment
    update kpi.kpi_values v
    set value = $2, nothing_to_report = $4, comment = $5, version = v.version + 1, updated_by = $3, update_time = clock_timestamp()
    where v.id = $1
    returning
        v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
        v.created_by, v.create_time, v.updated_by, v.update_time
)
select
    v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
    v.created_by, c.display_name as "creator!", v.create_time,
    v.updated_by, u.display_name as "updater!", v.update_time
from changed v
join org.directory c on c.user_id = v.created_by
join org.directory u on u.user_id = v.updated_by
