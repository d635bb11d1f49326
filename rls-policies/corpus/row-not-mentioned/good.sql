create role quiz_owner nologin;
create role quiz_app login;
create schema quiz authorization quiz_owner;
grant usage on schema quiz to quiz_app;
set role quiz_owner;

create function quiz.tenant() returns uuid stable parallel safe
    return nullif(current_setting('quiz.tenant', true), '')::uuid;

create table quiz.answer (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table quiz.answer enable row level security;
alter table quiz.answer force row level security;
create policy tenant on quiz.answer
    using (tenant_id = (select quiz.tenant()));
grant select, insert, update, delete on quiz.answer to quiz_app;

reset role;
