create role seq_owner nologin;
create role seq_app login;
create schema seq authorization seq_owner;
grant usage on schema seq to seq_app;
set role seq_owner;

create function seq.tenant() returns uuid stable parallel safe
    return nullif(current_setting('seq.tenant', true), '')::uuid;

create sequence seq.number;
create table seq.invoice (
    tenant_id uuid not null,
    id        uuid not null,
    number    bigint not null default nextval('seq.number'),
    primary key (tenant_id, id)
);
alter table seq.invoice enable row level security;
alter table seq.invoice force row level security;
create policy tenant on seq.invoice
    using (tenant_id = (select seq.tenant()))
    with check (tenant_id = (select seq.tenant()));
grant select, insert, update, delete on seq.invoice to seq_app;
grant usage, select on sequence seq.number to seq_app;

reset role;
