-- The response to a call with a request_id is kept as the encoded message: later releases
-- can decode it. `result` is how earlier releases kept it. A later step drops that column.
alter table org.requests add column response bytea;
alter table kpi.requests add column response bytea;

grant update (response) on org.requests to kreis_org;
grant update (response) on kpi.requests to kreis_kpi;
