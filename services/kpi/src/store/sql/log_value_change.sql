insert into kpi.changes
    (user_id, kpi_id, circle_id, activity, kpi_value_id, year, month, old_value, new_value, comment)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
