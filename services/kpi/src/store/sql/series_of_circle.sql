-- One row per active KPI. A circle without active KPIs has one row with a null unit.
select
    k.unit as "unit?", k.periodicity as "periodicity?",
    coalesce(t.years, '{}') as "target_years!",
    coalesce(t.initials, '{}') as "target_initials!",
    coalesce(t.targets, '{}') as "target_values!",
    coalesce(v.years, '{}') as "value_years!",
    coalesce(v.months, '{}') as "value_months!",
    coalesce(v.numbers, '{}') as "value_numbers!"
from org.circle_names c
left join kpi.kpis k on k.circle_id = c.circle_id and k.active
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
        array_agg(year order by month) as years,
        array_agg(month order by month) as months,
        array_agg(value order by month) as numbers
    from kpi.kpi_values
    where kpi_id = k.id and year = $2 and month <= $3 and value is not null
) v
where c.circle_id = $1
