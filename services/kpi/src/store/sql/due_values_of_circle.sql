-- What is due in a circle.
select
    p.year as "year!", p.month as "month!", k.id, k.name, k.circle_id, c.name as "circle_name!",
    k.periodicity, k.unit, k.minimum, k.maximum,
    b.value as "previous?", y.value as "last_year?"
from kpi.kpis k
join org.circle_names c on c.circle_id = k.circle_id
join unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[], $6::timestamptz[])
    as p (periodicity, year, month, before_year, before_month, ended)
    on p.periodicity = k.periodicity and p.ended > k.active_since
left join kpi.kpi_values v on v.kpi_id = k.id and v.year = p.year and v.month = p.month
left join kpi.kpi_values b
    on b.kpi_id = k.id and b.year = p.before_year and b.month = p.before_month
left join kpi.kpi_values y on y.kpi_id = k.id and y.year = p.year - 1 and y.month = p.month
where
    k.circle_id = $12
    and k.active
    and v.value is null
    and v.nothing_to_report is not true
    and (p.year, p.month, k.name_key, k.id) > ($7, $8, $9, $10)
order by p.year, p.month, k.name_key, k.id
limit $11
