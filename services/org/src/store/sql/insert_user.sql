insert into org.users (
    first_name, last_name, display_name, display_name_key, email, email_key, gatekeeper,
    language
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning id, create_time, update_time, version
