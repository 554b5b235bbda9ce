-- A row without a number is revived. One that has a number, or is not as the
-- caller saw it, answers no row; a blank period can be seen as version 0.
with recorded as (
    insert into kpi.kpi_values as v (kpi_id, year, month, value, comment, created_by, updated_by)
    values ($1, $2, $3, $4, $6, $5, $5)
    on conflict on constraint one_value_per_kpi_and_period do update
    set value = excluded.value, nothing_to_report = false, comment = excluded.comment,
        version = v.version + 1, updated_by = excluded.updated_by, update_time = clock_timestamp()
    where
        v.value is null
        and ($7 in ('', v.version::text) or ($7 = '0' and not v.nothing_to_report))
    returning
        v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
        v.created_by, v.create_time, v.updated_by, v.update_time
)
select
    v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
    v.created_by, c.display_name as "creator!", v.create_time,
    v.updated_by, u.display_name as "updater!", v.update_time
from recorded v
join org.directory c on c.user_id = v.created_by
join org.directory u on u.user_id = v.updated_by
