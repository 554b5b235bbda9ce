with inserted as (
    insert into org.users (
        first_name, last_name, display_name, display_name_key, email, email_key, kind
    )
    values ('', '', $1, $2, '', null, 'service')
    returning id
)
insert into org.service_accounts (user_id, owner_id, writes, all_circles)
select id, $3, $4, $5 from inserted
returning user_id
