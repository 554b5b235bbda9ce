select
    k.unit, k.periodicity,
    coalesce(t.years, '{}') as "target_years!",
    coalesce(t.initials, '{}') as "target_initials!",
    coalesce(t.targets, '{}') as "target_values!",
    coalesce(v.years, '{}') as "value_years!",
    coalesce(v.months, '{}') as "value_months!",
    coalesce(v.numbers, '{}') as "value_numbers!",
    coalesce(k.on_track_from, o.on_track_from) as "on_track_from!",
    coalesce(k.slightly_behind_from, o.slightly_behind_from) as "slightly_behind_from!"
from kpi.kpis k
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
        array_agg(year order by year, month) as years,
        array_agg(month order by year, month) as months,
        array_agg(value order by year, month) as numbers
    from kpi.kpi_values
    where kpi_id = k.id and value is not null
) v
cross join (
    select on_track_from, slightly_behind_from from kpi.state_thresholds
    order by version desc
    limit 1
) o
where k.id = $1
