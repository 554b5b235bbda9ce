update org.users set
    first_name = $2,
    last_name = $3,
    display_name = $4,
    display_name_key = $5,
    email = $6,
    email_key = $7,
    gatekeeper = $8,
    gatekeeper_by = case when $8 then gatekeeper_by end,
    active = $9,
    language = $10,
    version = version + 1,
    update_time = now()
where id = $1
returning update_time, version
