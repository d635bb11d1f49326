create role form_owner nologin;
create role form_app login;
create schema form authorization form_owner;
grant usage on schema form to form_app;
set role form_owner;

create function form.tenant() returns uuid stable parallel safe
    return nullif(current_setting('form.tenant', true), '')::uuid;
create table form.answer (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table form.answer enable row level security;
create policy tenant on form.answer
    using (tenant_id = (select form.tenant()))
    with check (tenant_id = (select form.tenant()));
grant select on form.answer to form_app;

create view form.submission as select tenant_id, id, body from form.answer where false;
create rule submit as on insert to form.submission do instead
    insert into form.answer values (form.tenant(), new.id, new.body);
grant insert on form.submission to form_app;

reset role;
