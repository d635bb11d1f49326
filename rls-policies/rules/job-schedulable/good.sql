create role rule_app login;
create schema cron;
create function cron.schedule(schedule text, command text) returns bigint language sql as 'select 1::bigint';
