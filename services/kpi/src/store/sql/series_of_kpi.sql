select
    k.unit as "unit?", k.periodicity as "periodicity?",
    coalesce(t.years, '{}') as "target_years!",
    coalesce(t.initials, '{}') as "target_initials!",
    coalesce(t.targets, '{}') as "target_values!",
    coalesce(v.years, '{}') as "value_years!",
    coalesce(v.months, '{}') as "value_months!",
    coalesce(v.numbers, '{}') as "value_numbers!"
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
where k.id = $1
