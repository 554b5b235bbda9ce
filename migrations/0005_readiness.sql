-- A service is ready once the steps that its release needs were applied.
grant usage on schema kreis to kreis_auth, kreis_org, kreis_kpi;
grant select (version, success) on kreis._sqlx_migrations to kreis_auth, kreis_org, kreis_kpi;
