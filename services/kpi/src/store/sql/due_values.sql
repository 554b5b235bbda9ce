-- What is due in all circles. The page is cut before other periods are looked
-- up: at most its own entries need them.
with page as (
    select
        p.year, p.month, p.before_year, p.before_month,
        k.id, k.name, k.name_key, k.circle_id, k.periodicity, k.unit, k.minimum, k.maximum
    from kpi.kpis k
    join unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[], $6::timestamptz[])
        as p (periodicity, year, month, before_year, before_month, ended)
        on p.periodicity = k.periodicity and p.ended > k.active_since
    left join kpi.kpi_values v on v.kpi_id = k.id and v.year = p.year and v.month = p.month
    where
        k.active
        and v.value is null
        and v.nothing_to_report is not true
        and (p.year, p.month, k.name_key, k.id) > ($7, $8, $9, $10)
    order by p.year, p.month, k.name_key, k.id
    limit $11
)
select
    d.year as "year!", d.month as "month!", d.id, d.name, d.circle_id, c.name as "circle_name!",
    d.periodicity, d.unit, d.minimum, d.maximum,
    b.value as "previous?", y.value as "last_year?"
from page d
join org.circle_names c on c.circle_id = d.circle_id
left join kpi.kpi_values b
    on b.kpi_id = d.id and b.year = d.before_year and b.month = d.before_month
left join kpi.kpi_values y on y.kpi_id = d.id and y.year = d.year - 1 and y.month = d.month
order by d.year, d.month, d.name_key, d.id
