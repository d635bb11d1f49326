create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
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
grant select, insert, update, delete on desk.ticket to desk_app;
create table desk.upload (id uuid primary key, content bytea not null);
grant select, insert, delete on desk.upload to desk_app;

reset role;
