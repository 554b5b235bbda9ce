select
    v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
    v.created_by, c.display_name as "creator!", v.create_time,
    v.updated_by, u.display_name as "updater!", v.update_time
from kpi.kpi_values v
join org.directory c on c.user_id = v.created_by
join org.directory u on u.user_id = v.updated_by
where v.id = $1
