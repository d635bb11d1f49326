create role rule_app login;
create schema pgmq;
create table pgmq.q_mail (msg_id bigint generated always as identity, message jsonb);
grant usage on schema pgmq to rule_app;
grant insert on pgmq.q_mail to rule_app;
