create role rule_app login;
-- as pg_cron makes it
create schema cron;
create function cron.schedule(schedule text, command text) returns bigint language sql as 'select 1::bigint';
grant usage on schema cron to rule_app;
