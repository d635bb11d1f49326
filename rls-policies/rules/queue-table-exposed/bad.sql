create role rule_app login;
-- as pgmq.create('mail') makes it
create schema pgmq;
create table pgmq.q_mail (msg_id bigint generated always as identity, message jsonb);
grant usage on schema pgmq to rule_app;
grant select, insert on pgmq.q_mail to rule_app;
