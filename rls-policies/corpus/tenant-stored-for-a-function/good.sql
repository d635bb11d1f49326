create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create function desk.tenant() returns uuid stable parallel safe
    return nullif(current_setting('desk.tenant', true), '')::uuid;
create table desk.ticket (
    tenant_id uuid not null,
    id        uuid not null,
    subject   text not null,
    primary key (tenant_id, id)
);
alter table desk.ticket enable row level security;
alter table desk.ticket force row level security;
create policy tenant on desk.ticket
    using (tenant_id = (select desk.tenant()))
    with check (tenant_id = (select desk.tenant()));
grant select, insert, update, delete on desk.ticket to desk_app;

reset role;
alter function desk.tenant() set search_path = pg_catalog, pg_temp;
