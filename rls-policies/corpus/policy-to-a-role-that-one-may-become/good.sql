create role desk_owner nologin;
create role desk_support nologin;
create role desk_app login noinherit;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app, desk_support;
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
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid))
    with check (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
grant select, insert, update, delete on desk.ticket to desk_app;
create policy support on desk.ticket for select to desk_support
    using (true);
grant select on desk.ticket to desk_support;

reset role;
