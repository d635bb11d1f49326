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
create table desk.signing_key (
    tenant_id uuid not null,
    id        uuid not null,
    secret    bytea not null,
    primary key (tenant_id, id)
);
alter table desk.signing_key enable row level security, force row level security;
create policy tenant on desk.signing_key
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));

reset role;
create publication changes for table desk.ticket;
