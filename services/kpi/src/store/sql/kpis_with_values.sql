-- KPIs of some circles by name, with their values up to a month. A mark is a
-- number of months since the year 0.
select
    k.id, k.circle_id, c.name as "circle_name!", k.name, k.periodicity, k.unit,
    k.minimum, k.maximum, k.active, k.description, k.steward_id, s.display_name as "steward?",
    k.create_time, k.update_time, k.version, k.on_track_from, k.slightly_behind_from,
    k.active_since,
    o.on_track_from as organisation_on_track_from,
    o.slightly_behind_from as organisation_slightly_behind_from,
    coalesce(t.years, '{}') as "target_years!",
    coalesce(t.initials, '{}') as "target_initials!",
    coalesce(t.targets, '{}') as "target_values!",
    coalesce(v.years, '{}') as "value_years!",
    coalesce(v.months, '{}') as "value_months!",
    coalesce(v.numbers, '{}') as "value_numbers!",
    coalesce(v.marks, '{}') as "marks!"
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
cross join lateral (
    select
        array_agg(year order by year, month) filter (where value is not null) as years,
        array_agg(month order by year, month) filter (where value is not null) as months,
        array_agg(value order by year, month) filter (where value is not null) as numbers,
        array_agg(year * 12 + month - 1) filter (where nothing_to_report) as marks
    from kpi.kpi_values
    where
        kpi_id = k.id
        and (year, month) <= ($3, $4)
        and (value is not null or nothing_to_report)
) v
cross join (
    select on_track_from, slightly_behind_from from kpi.state_thresholds
    order by version desc
    limit 1
) o
where
    k.circle_id = any($1)
    and k.active = any($2)
order by k.name_key, k.id
limit $5
