-- org: the organisation, its users, circles and membership.
-- The schemas themselves and the roles are made by the step before the
-- migrations, because roles belong to the whole cluster.

create table org.organisation (
    id          smallint    not null default 1,
    name        text        not null default '',
    time_zone   text        not null default 'Europe/Zurich',
    update_time timestamptz not null default now(),
    constraint organisation_key primary key (id),
    constraint only_one_organisation check (id = 1)
);

insert into org.organisation default values;

create table org.users (
    id               bigint      generated always as identity,
    first_name       text        not null,
    last_name        text        not null,
    display_name     text        not null,
    display_name_key text        not null,
    email            text        not null,
    email_key        text        not null,
    gatekeeper       boolean     not null default false,
    active           boolean     not null default true,
    version          bigint      not null default 1,
    create_time      timestamptz not null default now(),
    update_time      timestamptz not null default now(),
    constraint user_key primary key (id),
    constraint one_user_per_display_name unique (display_name_key),
    constraint one_user_per_email unique (email_key),
    constraint user_has_a_first_name check (char_length(first_name) between 1 and 100),
    constraint user_has_a_last_name check (char_length(last_name) between 1 and 100),
    constraint user_has_a_display_name check (char_length(display_name) between 1 and 100),
    constraint user_has_an_email check (char_length(email) between 3 and 254)
);

-- Keyset order of the list of users.
create index users_by_display_name on org.users (display_name_key, id);

create table org.circles (
    id          bigint      generated always as identity,
    name        text        not null,
    name_key    text        not null,
    version     bigint      not null default 1,
    create_time timestamptz not null default now(),
    update_time timestamptz not null default now(),
    constraint circle_key primary key (id),
    constraint one_circle_per_name unique (name_key),
    constraint circle_has_a_name check (char_length(name) between 1 and 100)
);

-- Keyset order of the list of circles.
create index circles_by_name on org.circles (name_key, id);

create table org.members (
    circle_id   bigint      not null,
    user_id     bigint      not null,
    create_time timestamptz not null default now(),
    constraint one_membership_per_user_and_circle primary key (circle_id, user_id),
    constraint member_of_a_circle foreign key (circle_id) references org.circles (id),
    constraint member_is_a_user foreign key (user_id) references org.users (id)
);

create index members_by_user on org.members (user_id);

-- Append-only. A circle is named by id and name without a foreign key, so that
-- the entry outlives a circle that was deleted.
create table org.changes (
    id          bigint      generated always as identity,
    create_time timestamptz not null default clock_timestamp(),
    actor_id    bigint,
    activity    text        not null,
    user_id     bigint,
    circle_id   bigint,
    circle_name text        not null default '',
    field       text        not null default '',
    old_text    text        not null default '',
    new_text    text        not null default '',
    constraint change_key primary key (id),
    constraint change_by_a_user foreign key (actor_id) references org.users (id),
    constraint change_of_a_user foreign key (user_id) references org.users (id),
    constraint activity_is_known check (activity in (
        'user_created', 'user_updated', 'user_invited', 'user_deactivated', 'user_reactivated',
        'circle_created', 'circle_updated', 'circle_deleted', 'member_added', 'member_removed'
    )),
    constraint change_is_of_something check (user_id is not null or circle_id is not null)
);

create index changes_by_time on org.changes (create_time, id);
create index changes_by_user on org.changes (user_id, create_time, id);
create index changes_by_circle on org.changes (circle_id, create_time, id);

-- What a caller's request_id was answered with; kept for seven days.
create table org.requests (
    caller_id   bigint      not null,
    request_id  uuid        not null,
    content     bytea       not null,
    result      jsonb,
    create_time timestamptz not null default now(),
    constraint one_request_per_caller_and_id primary key (caller_id, request_id)
);

create index requests_by_time on org.requests (create_time);

-- Published to auth and kpi.
create view org.directory as
    select
        id as user_id, first_name, last_name, display_name, email, email_key,
        gatekeeper, active, version, create_time, update_time
    from org.users;

create view org.membership as
    select circle_id, user_id from org.members;

create view org.circle_names as
    select id as circle_id, name from org.circles;

grant usage on schema org to kreis_auth, kreis_org, kreis_kpi;
grant select on org.directory, org.membership, org.circle_names to kreis_auth;
grant select on org.membership, org.circle_names to kreis_kpi;
grant select (user_id, display_name) on org.directory to kreis_kpi;
grant select (time_zone) on org.organisation to kreis_kpi;

-- An update of some column is what locking the row takes, for the rule on
-- gatekeepers. The id can be nothing but 1.
grant select, update (id) on org.organisation to kreis_org;
grant select, insert, update on org.users to kreis_org;
grant select, insert, update (name, name_key, version, update_time), delete on org.circles to kreis_org;
grant select, insert, delete on org.members to kreis_org;
grant select, insert on org.changes to kreis_org;
grant select, insert, update (result), delete on org.requests to kreis_org;
