create role desk_owner nologin;
create role desk_app login;
create role desk_analyst login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
grant pg_read_all_data to desk_analyst;
set role desk_owner;

create table desk.ticket (
    tenant_id uuid not null,
    id        uuid not null,
    subject   text not null,
    primary key (tenant_id, id)
);
alter table desk.ticket enable row level security;
alter table desk.ticket force row level security;
create policy tenant on desk.ticket to desk_app
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
create policy analysis on desk.ticket for select to desk_analyst
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
grant select, insert, update, delete on desk.ticket to desk_app;

reset role;
