-- Reads a page of each KPI by its own index, then the page of all of them. In the
-- order of the list alone, a circle with few values would cost a walk through the
-- values of all circles.
select
    v.id, v.kpi_id, v.year, v.month, v.value, v.nothing_to_report, v.comment, v.version,
    v.created_by, c.display_name as "creator!", v.create_time,
    v.updated_by, u.display_name as "updater!", v.update_time
from (
    select
        p.id, p.kpi_id, p.year, p.month, p.value, p.nothing_to_report, p.comment, p.version,
        p.created_by, p.create_time, p.updated_by, p.update_time
    from kpi.kpis k
    cross join lateral (
        select
            id, kpi_id, year, month, value, nothing_to_report, comment, version,
            created_by, create_time, updated_by, update_time
        from kpi.kpi_values
        where
            kpi_id = k.id
            and (value is not null or nothing_to_report)
            and (year, month, id) > ($1, $2, $3)
            and (year, month) <= ($4, $5)
        order by year, month
        limit $6
    ) p
    where k.circle_id = $7
    order by p.year, p.month, p.id
    limit $6
) v
join org.directory c on c.user_id = v.created_by
join org.directory u on u.user_id = v.updated_by
order by v.year, v.month, v.id
