select
    c.id, c.create_time, c.user_id, d.display_name as "person!",
    d.owner_id as "owner_id?", d.owner_name as "owner_name?", c.kpi_id, k.name as kpi_name,
    k.unit, k.periodicity, c.circle_id, c.activity, c.kpi_value_id, c.year, c.month, c.old_value, c.new_value,
    c.comment, c.field, c.old_text, c.new_text,
    coalesce((
        select o.comment from kpi.changes o
        where o.kpi_value_id = c.kpi_value_id and o.id < c.id
        order by o.id desc
        limit 1
    ), '') as "old_comment!"
from kpi.changes c
join kpi.kpis k on k.id = c.kpi_id
join org.directory d on d.user_id = c.user_id
where
    c.circle_id = $5
    and c.create_time >= $1
    and (c.create_time, c.id) < ($2, $3)
order by c.create_time desc, c.id desc
limit $4
