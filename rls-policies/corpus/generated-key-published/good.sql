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
create table desk.member (
    tenant_id uuid not null,
    id        uuid not null,
    actor     text not null generated always as ('user:' || id::text) stored,
    active    boolean not null default true,
    primary key (tenant_id, id)
);
alter table desk.member enable row level security, force row level security;
create policy tenant on desk.member to desk_app
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
grant select, insert, update, delete on desk.member to desk_app;

reset role;
create publication changes for table desk.member;
