create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create table desk.tenant (id uuid primary key, name text not null);
create table desk.ticket (
    tenant_id uuid not null references desk.tenant,
    id        uuid not null,
    subject   text not null,
    primary key (tenant_id, id)
);
create table desk.article (
    tenant_id uuid not null references desk.tenant,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
create table desk.letter (organization_id uuid not null, id uuid primary key, body text not null);
create table desk.invoice (payer uuid not null references desk.tenant, id uuid primary key, total bigint not null);
alter table desk.tenant enable row level security, force row level security;
alter table desk.ticket enable row level security, force row level security;
alter table desk.article enable row level security, force row level security;
create policy own on desk.tenant to desk_app
    using (id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
create policy tenant on desk.ticket to desk_app
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
create policy tenant on desk.article to desk_app
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
alter table desk.letter enable row level security, force row level security;
alter table desk.invoice enable row level security, force row level security;
create policy tenant on desk.letter to desk_app
    using (organization_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
create policy tenant on desk.invoice to desk_app
    using (payer = (select nullif(current_setting('desk.tenant', true), '')::uuid));
create index on desk.letter (organization_id);
create index on desk.invoice (payer);
grant select on desk.tenant to desk_app;
grant select, insert, update, delete on desk.ticket, desk.article, desk.letter, desk.invoice to desk_app;

reset role;
