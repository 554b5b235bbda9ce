//! The rules of the database: every named constraint.

use std::collections::BTreeSet;

use kreis_tests::database;
use sqlx::{Connection, Executor, PgConnection};

/// Rows for the statements below: users 1 and 2, everything else with id 1.
const ROWS: &str = "
    insert into org.users overriding system value
        select id, 'Ida', 'Muster', 'user ' || id, 'user ' || id, id || '@x', id || '@x'
        from generate_series(1, 2) id;
    insert into org.circles overriding system value
        select id, 'circle ' || id, 'circle ' || id from generate_series(1, 2) id;
    insert into org.users (
        id, first_name, last_name, display_name, display_name_key, email, email_key, kind
    ) overriding system value
        select id, '', '', 'service ' || id, 'service ' || id, '', null, 'service'
        from generate_series(3, 4) id;
    insert into org.members values (1, 1);
    insert into org.service_accounts values (3, 1, true, false);
    insert into org.service_account_circles values (3, 1);
    insert into org.changes (id, activity, user_id) overriding system value
        values (1, 'user_created', 1);
    insert into org.requests values (1, '00000000-0000-0000-0000-000000000001', 'x');
    insert into auth.accounts (user_id) values (1);
    insert into auth.accounts (user_id) values (2), (3);
    insert into auth.invitations values (1, sha256('x'), now());
    insert into auth.password_resets values (1, 1, sha256('x'), now());
    insert into auth.mails (id, user_id, kind, link_hash, give_up_time) overriding system value
        values (1, 1, 'invitation', sha256('x'), now());
    insert into auth.setup_link values (1, sha256('x'), now());
    insert into auth.sessions values (
        'x', 1, 1, 'password', '', null, now(), now(), now(), now(), sha256('x'), sha256('x')
    );
    insert into auth.sign_in_log (id, activity, user_id, actor_id) overriding system value
        values (1, 'session_ended', 1, 2);
    insert into auth.notices values (1, 1);
    insert into auth.service_keys (id, user_id, key_hash, hint, epoch, expire_time)
        overriding system value
        select id, 3, sha256(id::text::bytea), 'x', gen_random_uuid(), now() + interval '90 days'
        from generate_series(1, 2) id;
    insert into auth.sessions (
        id, user_id, uv, method, user_agent, create_time, use_time, expire_time, end_time,
        service_key_id
    ) values ('y', 3, 1, 'service_key', '', now(), now(), now(), now(), 1);
    insert into auth.linked_identities (id, user_id, issuer, subject) overriding system value
        values (1, 1, 'https://x', 'x');
    insert into auth.providers values ('https://x');
    insert into auth.spent_tokens values (sha256('x'), now());
    delete from auth.revocations;
    insert into auth.revocations values (1, 'session', 'x', 0, now(), 1, 'x');
    insert into kpi.kpis (id, circle_id, name, name_key, periodicity, unit)
        overriding system value
        select id, 1, 'kpi ' || id, 'kpi ' || id, 'monthly', 'chf' from generate_series(1, 2) id;
    insert into kpi.targets values (1, 2020, 0, 100);
    insert into kpi.kpi_values (id, kpi_id, year, month, value, created_by, updated_by)
        overriding system value
        select id, 1, 2024, id, 1, 1, 1 from generate_series(1, 2) id;
    insert into kpi.changes (
        id, user_id, kpi_id, circle_id, activity, kpi_value_id, year, month, new_value
    ) overriding system value values (1, 1, 1, 1, 'recorded', 1, 2024, 1, 1);
    insert into kpi.requests values (1, '00000000-0000-0000-0000-000000000001', 'x');
";

/// A table, one of its constraints, and statements that each violate it.
type Case = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const ORG: &[Case] = &[
    ("org.organisation", "organisation_key", &["insert into org.organisation (id) values (1)"]),
    ("org.organisation", "only_one_organisation", &["insert into org.organisation (id) values (2)"]),
    ("org.users", "user_key", &["insert into org.users overriding system value values (1, 'a', 'a', 'a', 'a', 'a@x', 'a@x')"]),
    ("org.users", "one_user_per_display_name", &["update org.users set display_name_key = 'user 2' where id = 1"]),
    ("org.users", "one_user_per_email", &["update org.users set email_key = '2@x' where id = 1"]),
    ("org.users", "user_has_a_first_name", &["update org.users set first_name = ''", "update org.users set first_name = repeat('ü', 101)"]),
    ("org.users", "user_has_a_last_name", &["update org.users set last_name = ''", "update org.users set last_name = repeat('ü', 101)"]),
    ("org.users", "user_has_a_display_name", &["update org.users set display_name = ''", "update org.users set display_name = repeat('ü', 101)"]),
    ("org.users", "user_has_an_email", &["update org.users set email = '@x'", "update org.users set email = repeat('x', 255)"]),
    ("org.users", "language_is_known", &["update org.users set language = 'es'", "update org.users set language = ''", "update org.users set language = 'DE'"]),
    ("org.circles", "circle_key", &["insert into org.circles overriding system value values (1, 'a', 'a')"]),
    ("org.circles", "one_circle_per_name", &["update org.circles set name_key = 'circle 2' where id = 1"]),
    ("org.circles", "circle_has_a_name", &["update org.circles set name = ''", "update org.circles set name = repeat('ü', 101)"]),
    ("org.users", "kind_is_known", &["update org.users set kind = 'robot' where id = 3"]),
    ("org.users", "only_people_have_an_email", &["update org.users set email_key = null where id = 1", "update org.users set email_key = 'x' where id = 3", "update org.users set email = 'a@x' where id = 3"]),
    ("org.users", "gatekeeper_by_is_short", &["update org.users set gatekeeper_by = ''", "update org.users set gatekeeper_by = repeat('x', 513)"]),
    ("org.users", "only_people_are_gatekeepers", &["update org.users set gatekeeper = true where id = 3"]),
    ("org.service_accounts", "one_service_account_per_user", &["insert into org.service_accounts values (3, 1, true, false)"]),
    ("org.service_accounts", "service_account_is_a_user", &["insert into org.service_accounts values (99, 1, true, false)"]),
    ("org.service_accounts", "owner_is_a_user", &["update org.service_accounts set owner_id = 99"]),
    ("org.service_accounts", "owner_is_another_user", &["update org.service_accounts set owner_id = 3"]),
    ("org.service_account_circles", "one_row_per_service_account_and_circle", &["insert into org.service_account_circles values (3, 1)"]),
    ("org.service_account_circles", "circles_of_a_service_account", &["insert into org.service_account_circles values (4, 1)"]),
    ("org.service_account_circles", "service_account_for_a_circle", &["insert into org.service_account_circles values (3, 99)"]),
    ("org.members", "one_membership_per_user_and_circle", &["insert into org.members values (1, 1)"]),
    ("org.members", "member_of_a_circle", &["insert into org.members values (99, 1)", "delete from org.circles where id = 1"]),
    ("org.members", "member_is_a_user", &["insert into org.members values (1, 99)"]),
    ("org.changes", "change_key", &["insert into org.changes (id, activity, user_id) overriding system value values (1, 'user_created', 1)"]),
    ("org.changes", "change_by_a_user", &["update org.changes set actor_id = 99"]),
    ("org.changes", "change_of_a_user", &["update org.changes set user_id = 99"]),
    ("org.changes", "activity_is_known", &["update org.changes set activity = 'user_deleted'", "update org.changes set activity = ''"]),
    ("org.changes", "change_provider_is_short", &["update org.changes set actor_id = null, provider = repeat('x', 161)"]),
    ("org.changes", "change_by_a_user_or_a_provider", &["update org.changes set actor_id = 1, provider = 'x'"]),
    ("org.changes", "change_is_of_something", &["update org.changes set user_id = null"]),
    ("org.requests", "one_request_per_caller_and_id", &["insert into org.requests select * from org.requests"]),
];

#[rustfmt::skip]
const AUTH: &[Case] = &[
    ("auth.accounts", "one_account_per_user", &["insert into auth.accounts (user_id) values (1)"]),
    ("auth.accounts", "account_of_a_user", &["insert into auth.accounts (user_id) values (99)"]),
    ("auth.accounts", "password_is_hashed", &["update auth.accounts set password_hash = 'correct horse battery'", "update auth.accounts set password_hash = ''"]),
    ("auth.invitations", "one_invitation_per_user", &["insert into auth.invitations values (1, sha256('y'), now())"]),
    ("auth.invitations", "invitation_opens_an_account", &["insert into auth.invitations values (99, sha256('y'), now())"]),
    ("auth.invitations", "one_invitation_per_token", &["insert into auth.invitations values (2, sha256('x'), now())"]),
    ("auth.invitations", "token_is_hashed", &["update auth.invitations set token_hash = 'x'", "update auth.invitations set token_hash = sha512('x')"]),
    ("auth.password_resets", "one_password_reset_per_user", &["insert into auth.password_resets values (1, 1, sha256('y'), now())"]),
    ("auth.password_resets", "password_reset_of_an_account", &["update auth.password_resets set user_id = 99"]),
    ("auth.password_resets", "one_password_reset_per_token", &["insert into auth.password_resets values (2, 1, sha256('x'), now())"]),
    ("auth.password_resets", "reset_token_is_hashed", &["update auth.password_resets set token_hash = 'x'"]),
    ("auth.setup_link", "setup_link_key", &["insert into auth.setup_link values (1, sha256('y'), now())"]),
    ("auth.setup_link", "only_one_setup_link", &["insert into auth.setup_link values (2, sha256('y'), now())"]),
    ("auth.setup_link", "setup_token_is_hashed", &["update auth.setup_link set token_hash = 'x'"]),
    ("auth.mails", "mail_key", &["insert into auth.mails (id, user_id, kind, give_up_time) overriding system value values (1, 2, 'invitation', now())"]),
    ("auth.mails", "mail_to_an_account", &["update auth.mails set user_id = 99"]),
    ("auth.mails", "mail_kind_is_known", &["update auth.mails set kind = 'newsletter'"]),
    ("auth.mails", "link_is_hashed", &["update auth.mails set link_hash = 'x'"]),
    ("auth.mails", "mail_outcome_is_known", &["update auth.mails set outcome = 'read', end_time = now()"]),
    ("auth.mails", "ended_mail_has_an_outcome", &["update auth.mails set outcome = 'sent'", "update auth.mails set end_time = now()"]),
    ("auth.revocation_head", "revocation_head_key", &["insert into auth.revocation_head (id) values (1)"]),
    ("auth.revocation_head", "only_one_revocation_head", &["insert into auth.revocation_head (id) values (2)"]),
    ("auth.revocation_head", "purged_within_the_list", &["update auth.revocation_head set purged_to = seq + 1", "update auth.revocation_head set purged_to = -1"]),
    ("auth.revocations", "one_revocation_per_seq", &["insert into auth.revocations values (1, 'session', 'x', 0, now(), 1, 'x')"]),
    ("auth.revocations", "kind_is_known", &["update auth.revocations set kind = 'role'"]),
    ("auth.revocations", "user_has_a_version", &["update auth.revocations set kind = 'user'", "update auth.revocations set min_uv = 1"]),
    ("auth.signing_keys", "one_row_per_signing_key", &["insert into auth.signing_keys values ('x'), ('x')"]),
    ("auth.token_issuers", "one_row_per_key_and_lifetime", &["insert into auth.token_issuers values ('x', 300), ('x', 300)"]),
    ("auth.token_issuers", "lifetime_is_at_most_an_hour", &["insert into auth.token_issuers values ('x', 0)", "insert into auth.token_issuers values ('x', 3601)"]),
    ("auth.sessions", "one_session_per_id", &["insert into auth.sessions select * from auth.sessions"]),
    ("auth.sessions", "few_earlier_renewals", &["update auth.sessions set earlier_renewals = array_fill(now(), array[8])"]),
    ("auth.sessions", "session_of_an_account", &["update auth.sessions set user_id = 99"]),
    ("auth.sessions", "method_is_known", &["update auth.sessions set method = 'magic'"]),
    ("auth.sessions", "user_agent_is_short", &["update auth.sessions set user_agent = repeat('ü', 129)"]),
    ("auth.sessions", "session_ends_in_order", &["update auth.sessions set use_time = now() + interval '1 s'", "update auth.sessions set expire_time = now() + interval '1 s'"]),
    ("auth.sessions", "refresh_token_is_hashed", &["update auth.sessions set refresh_hash = 'x'"]),
    ("auth.sessions", "refresh_token_has_a_key", &["update auth.sessions set refresh_key = null", "update auth.sessions set refresh_hash = null"]),
    ("auth.sessions", "refresh_key_is_long", &["update auth.sessions set refresh_key = 'x'"]),
    ("auth.linked_identities", "identity_key", &["insert into auth.linked_identities (id, user_id, issuer, subject) overriding system value values (1, 2, 'https://x', 'y')"]),
    ("auth.linked_identities", "identity_of_an_account", &["update auth.linked_identities set user_id = 99"]),
    ("auth.linked_identities", "one_user_per_subject", &["insert into auth.linked_identities (id, user_id, issuer, subject) overriding system value values (2, 2, 'https://x', 'x')"]),
    ("auth.linked_identities", "one_subject_per_user_and_issuer", &["insert into auth.linked_identities (id, user_id, issuer, subject) overriding system value values (2, 1, 'https://x', 'y')"]),
    ("auth.linked_identities", "issuer_is_short", &["update auth.linked_identities set issuer = ''", "update auth.linked_identities set issuer = repeat('x', 513)"]),
    ("auth.linked_identities", "subject_is_short", &["update auth.linked_identities set subject = ''", "update auth.linked_identities set subject = repeat('x', 256)"]),
    ("auth.providers", "one_row_per_provider", &["insert into auth.providers values ('https://x')"]),
    ("auth.providers", "provider_issuer_is_short", &["update auth.providers set issuer = ''", "update auth.providers set issuer = repeat('x', 513)"]),
    ("auth.spent_tokens", "one_use_per_token", &["insert into auth.spent_tokens values (sha256('x'), now())"]),
    ("auth.spent_tokens", "spent_token_is_hashed", &["update auth.spent_tokens set hash = 'x'"]),
    ("auth.sessions", "session_of_an_identity", &["update auth.sessions set identity_id = 99, method = 'single_sign_on' where id = 'x'"]),
    ("auth.sessions", "session_names_its_identity", &["update auth.sessions set identity_id = 1 where id = 'x'", "update auth.sessions set method = 'single_sign_on' where id = 'x'"]),
    ("auth.sessions", "session_provider_is_short", &["update auth.sessions set provider = repeat('x', 161)"]),
    ("auth.sessions", "provider_session_is_short", &["update auth.sessions set provider_session = repeat('x', 256)"]),
    ("auth.sign_in_log", "provider_is_short", &["update auth.sign_in_log set provider = repeat('x', 161)"]),
    ("auth.sign_in_log", "entry_key", &["insert into auth.sign_in_log (id, activity, user_id) overriding system value values (1, 'signed_in', 1)"]),
    ("auth.sign_in_log", "entry_of_an_account", &["update auth.sign_in_log set user_id = 99"]),
    ("auth.sign_in_log", "actor_has_an_account", &["update auth.sign_in_log set actor_id = 99"]),
    ("auth.sign_in_log", "actor_is_another_person", &["update auth.sign_in_log set actor_id = 1"]),
    ("auth.sign_in_log", "activity_is_known", &["update auth.sign_in_log set activity = 'magic'"]),
    ("auth.sign_in_log", "entry_is_of_somebody", &["update auth.sign_in_log set user_id = null"]),
    ("auth.sign_in_log", "method_is_known", &["update auth.sign_in_log set method = 'magic'"]),
    ("auth.sign_in_log", "reason_is_known", &["update auth.sign_in_log set reason = 'magic'"]),
    ("auth.sign_in_log", "user_agent_is_short", &["update auth.sign_in_log set user_agent = repeat('ü', 129)"]),
    ("auth.sign_in_log", "counts_from_one", &["update auth.sign_in_log set count = 0"]),
    ("auth.notices", "one_notice_per_entry", &["insert into auth.notices values (1, 2)"]),
    ("auth.notices", "notice_of_an_entry", &["update auth.notices set entry_id = 99"]),
    ("auth.notices", "notice_for_an_account", &["update auth.notices set user_id = 99"]),
    ("auth.sessions", "session_of_a_service_key", &["update auth.sessions set service_key_id = 99 where id = 'y'"]),
    ("auth.sessions", "one_session_per_service_key", &["update auth.sessions set method = 'service_key', service_key_id = 1 where id = 'x'"]),
    ("auth.sessions", "session_names_its_key", &["update auth.sessions set service_key_id = null where id = 'y'", "update auth.sessions set service_key_id = 2 where id = 'x'"]),
    ("auth.service_keys", "service_key_key", &["insert into auth.service_keys overriding system value select * from auth.service_keys"]),
    ("auth.service_keys", "key_of_an_account", &["update auth.service_keys set user_id = 99"]),
    ("auth.service_keys", "one_service_key_per_hash", &["update auth.service_keys set key_hash = sha256('x')"]),
    ("auth.service_keys", "service_key_is_hashed", &["update auth.service_keys set key_hash = 'x' where id = 2"]),
    ("auth.service_keys", "hint_is_short", &["update auth.service_keys set hint = repeat('x', 17)"]),
    ("auth.service_keys", "service_key_expires_within_a_year", &["update auth.service_keys set expire_time = create_time", "update auth.service_keys set expire_time = create_time + interval '367 days'"]),
    ("auth.service_keys", "used_twice_if_used", &["update auth.service_keys set first_use_time = now()"]),
    ("auth.revocations", "everything_has_no_key", &["update auth.revocations set kind = 'everything'", "update auth.revocations set key = ''"]),
];

#[rustfmt::skip]
const KPI: &[Case] = &[
    ("kpi.kpis", "kpi_key", &["insert into kpi.kpis overriding system value values (1, 1, 'a', 'a', 'monthly', 'chf')"]),
    ("kpi.kpis", "kpi_belongs_to_a_circle", &["update kpi.kpis set circle_id = 99"]),
    ("kpi.kpis", "one_kpi_per_circle_and_name", &["update kpi.kpis set name_key = 'kpi 2' where id = 1"]),
    ("kpi.kpis", "kpi_has_a_name", &["update kpi.kpis set name = ''", "update kpi.kpis set name = repeat('ü', 201)"]),
    ("kpi.kpis", "periodicity_is_known", &["update kpi.kpis set periodicity = 'weekly'"]),
    ("kpi.kpis", "unit_is_known", &["update kpi.kpis set unit = 'eur'"]),
    ("kpi.kpis", "limits_are_finite", &["update kpi.kpis set minimum = 'nan'", "update kpi.kpis set maximum = 'infinity'", "update kpi.kpis set minimum = -1.1e15", "update kpi.kpis set minimum = 0, maximum = 'nan'"]),
    ("kpi.kpis", "limits_are_in_order", &["update kpi.kpis set minimum = 2, maximum = 1"]),
    ("kpi.kpis", "description_is_not_too_long", &["update kpi.kpis set description = repeat('ü', 2001)"]),
    ("kpi.kpis", "steward_is_a_user", &["update kpi.kpis set steward_id = 99"]),
    ("kpi.kpis", "own_thresholds_are_two", &["update kpi.kpis set on_track_from = 0", "update kpi.kpis set slightly_behind_from = 0"]),
    ("kpi.kpis", "own_thresholds_are_plausible", &["update kpi.kpis set on_track_from = 'nan', slightly_behind_from = 0", "update kpi.kpis set on_track_from = 0, slightly_behind_from = -1000.1"]),
    ("kpi.kpis", "own_thresholds_are_in_order", &["update kpi.kpis set on_track_from = -1, slightly_behind_from = 0"]),
    ("kpi.state_thresholds", "one_row_per_version", &["insert into kpi.state_thresholds values (1, 0, -10)"]),
    ("kpi.state_thresholds", "thresholds_set_by_a_user", &["insert into kpi.state_thresholds values (2, 0, -10, 99)"]),
    ("kpi.state_thresholds", "thresholds_are_plausible", &["insert into kpi.state_thresholds values (2, 'nan', -10)", "insert into kpi.state_thresholds values (2, 0, '-infinity')"]),
    ("kpi.state_thresholds", "thresholds_are_in_order", &["insert into kpi.state_thresholds values (2, -1, 0)"]),
    ("kpi.targets", "one_target_per_kpi_and_year", &["insert into kpi.targets values (1, 2020, 1, 2)"]),
    ("kpi.targets", "target_of_a_kpi", &["update kpi.targets set kpi_id = 99"]),
    ("kpi.targets", "target_year_is_plausible", &["update kpi.targets set from_year = 1899", "update kpi.targets set from_year = 2201"]),
    ("kpi.targets", "target_is_finite", &["update kpi.targets set initial_value = 'nan'", "update kpi.targets set target_value = '-infinity'", "update kpi.targets set target_value = 1.1e15"]),
    ("kpi.kpi_values", "kpi_value_key", &["insert into kpi.kpi_values overriding system value values (1, 1, 2025, 1, 1, 1, 1, now(), 1)"]),
    ("kpi.kpi_values", "value_of_a_kpi", &["update kpi.kpi_values set kpi_id = 99"]),
    ("kpi.kpi_values", "one_value_per_kpi_and_period", &["update kpi.kpi_values set month = 2 where id = 1"]),
    ("kpi.kpi_values", "value_created_by_a_user", &["update kpi.kpi_values set created_by = 99"]),
    ("kpi.kpi_values", "value_updated_by_a_user", &["update kpi.kpi_values set updated_by = 99"]),
    ("kpi.kpi_values", "value_is_finite", &["update kpi.kpi_values set value = 'nan'", "update kpi.kpi_values set value = 'infinity'", "update kpi.kpi_values set value = 1e16"]),
    ("kpi.kpi_values", "value_year_is_plausible", &["update kpi.kpi_values set year = -4", "update kpi.kpi_values set year = 1899", "update kpi.kpi_values set year = 2201"]),
    ("kpi.kpi_values", "value_month_is_of_the_calendar", &["update kpi.kpi_values set month = 0 where id = 1", "update kpi.kpi_values set month = 13 where id = 1"]),
    ("kpi.kpi_values", "comment_is_not_too_long", &["update kpi.kpi_values set comment = repeat('ü', 1001)"]),
    ("kpi.kpi_values", "nothing_to_report_has_no_number", &["update kpi.kpi_values set nothing_to_report = true, comment = 'closed'"]),
    ("kpi.kpi_values", "nothing_to_report_has_a_reason", &["update kpi.kpi_values set nothing_to_report = true, value = null"]),
    ("kpi.changes", "change_key", &["insert into kpi.changes overriding system value select * from kpi.changes"]),
    ("kpi.changes", "change_by_a_user", &["update kpi.changes set user_id = 99"]),
    ("kpi.changes", "change_of_a_kpi", &["update kpi.changes set kpi_id = 99"]),
    ("kpi.changes", "change_in_a_circle", &["update kpi.changes set circle_id = 99"]),
    ("kpi.changes", "change_of_a_value", &["update kpi.changes set kpi_value_id = 99"]),
    ("kpi.changes", "change_comment_is_not_too_long", &["update kpi.changes set comment = repeat('ü', 1001)"]),
    ("kpi.changes", "change_is_of_a_value_or_a_definition", &[
        "update kpi.changes set activity = 'guessed'",
        "update kpi.changes set kpi_value_id = null",
        "update kpi.changes set year = null",
        "update kpi.changes set month = null",
        "update kpi.changes set new_value = null",
        "update kpi.changes set old_value = 1",
        "update kpi.changes set field = 'name'",
        "update kpi.changes set activity = 'corrected'",
        "update kpi.changes set activity = 'retracted', old_value = 1",
        "update kpi.changes set activity = 'retracted', new_value = null, comment = 'x'",
        "update kpi.changes set activity = 'nothing_to_report', new_value = null",
        "update kpi.changes set activity = 'nothing_to_report', comment = 'closed'",
        "update kpi.changes set activity = 'nothing_to_report', new_value = null, old_value = 1, comment = 'closed'",
        "update kpi.changes set activity = 'kpi_created'",
        "update kpi.changes set activity = 'kpi_updated', kpi_value_id = null, year = null, month = null, new_value = null, field = 'name', old_text = 'a'",
        "update kpi.changes set activity = 'kpi_updated', field = 'name', old_text = 'a', new_text = 'b'",
        "update kpi.changes set activity = 'kpi_updated', kpi_value_id = null, year = null, month = null, new_value = null, field = 'name', old_text = 'a', new_text = 'b', comment = 'x'",
    ]),
    ("kpi.requests", "one_request_per_caller_and_id", &["insert into kpi.requests select * from kpi.requests"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_constraint_objects_to_what_its_name_says() {
    let mut connection = PgConnection::connect_with(&database::fresh().await)
        .await
        .unwrap();
    connection.execute("set role kreis_owner").await.unwrap();
    connection.execute(ROWS).await.unwrap();
    for (table, constraint, statements) in ORG.iter().chain(AUTH).chain(KPI) {
        for statement in *statements {
            let mut transaction = connection.begin().await.unwrap();
            let outcome = transaction.execute(*statement).await;
            let error = outcome.expect_err(statement).into_database_error().unwrap();
            let tripped = (error.table(), error.constraint());
            let (_, table) = table.split_once('.').unwrap();
            assert_eq!(
                tripped,
                (Some(table), Some(*constraint)),
                "{statement}: {error}"
            );
            transaction.rollback().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_constraint_has_a_case() {
    let mut connection = PgConnection::connect_with(&database::fresh().await)
        .await
        .unwrap();
    // Not-null constraints are named by their column.
    let there = sqlx::query!(
        r#"select conrelid::regclass::text as "table!", conname::text as "name!"
        from pg_constraint
        where connamespace in ('org'::regnamespace, 'auth'::regnamespace, 'kpi'::regnamespace)
            and contype <> 'n'"#
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let there: BTreeSet<(String, String)> =
        there.into_iter().map(|row| (row.table, row.name)).collect();
    let cases: BTreeSet<(String, String)> = ORG
        .iter()
        .chain(AUTH)
        .chain(KPI)
        .map(|(table, constraint, _)| ((*table).to_owned(), (*constraint).to_owned()))
        .collect();
    assert_eq!(there, cases);
}
