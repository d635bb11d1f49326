create role todo_owner nologin;
create role todo_app login;
create schema todo authorization todo_owner;
grant usage on schema todo to todo_app;
set role todo_owner;

create function todo.tenant() returns uuid stable parallel safe
    return nullif(current_setting('todo.tenant', true), '')::uuid;

create table todo.task (
    tenant_id uuid not null,
    id        uuid not null,
    taken     boolean not null,
    primary key (tenant_id, id)
);
alter table todo.task enable row level security;
alter table todo.task force row level security;
create policy reads on todo.task for select using (tenant_id = (select todo.tenant()));
create policy takes on todo.task for update
    using (not taken)
    with check (tenant_id = (select todo.tenant()));
grant select, update on todo.task to todo_app;

reset role;
