select
    k.id, k.circle_id, c.name as "circle_name!", k.name, k.periodicity, k.unit,
    k.minimum, k.maximum, k.active, k.description, k.steward_id, s.display_name as "steward?",
    k.create_time, k.update_time, k.version, k.on_track_from, k.slightly_behind_from,
    coalesce(t.years, '{}') as "target_years!",
    coalesce(t.initials, '{}') as "target_initials!",
    coalesce(t.targets, '{}') as "target_values!"
from kpi.kpis k
join org.circle_names c on c.circle_id = k.circle_id
left join org.directory s on s.user_id = k.steward_id
cross join lateral (
    select
        array_agg(from_year) as years,
        array_agg(initial_value) as initials,
        array_agg(target_value) as targets
    from kpi.targets
    where kpi_id = k.id
) t
where
    k.circle_id = $5
    and (k.name_key, k.id) > ($1, $2)
    and k.active = any($3)
order by k.name_key, k.id
limit $4
