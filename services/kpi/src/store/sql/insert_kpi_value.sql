with inserted as (
    insert into kpi.kpi_values as v (
        kpi_id, year, month, value, nothing_to_report, comment, created_by, updated_by
    )
    values ($1, $2, $3, $4, $5, $6, $7, $7)
    on conflict on constraint one_value_per_kpi_and_period do nothing
    returning
        v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
        v.created_by, v.create_time, v.updated_by, v.update_time
)
select
    v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
    v.created_by, c.display_name as "creator!", v.create_time,
    v.updated_by, u.display_name as "updater!", v.update_time
from inserted v
join org.directory c on c.user_id = v.created_by
join org.directory u on u.user_id = v.updated_by
