create role fin_owner nologin;
create role fin_app login;
create schema fin authorization fin_owner;
grant usage on schema fin to fin_app;
set role fin_owner;

create function fin.tenant() returns uuid stable parallel safe
    return nullif(current_setting('fin.tenant', true), '')::uuid;

create table fin.entry (
    tenant_id uuid not null,
    id        uuid not null,
    amount    bigint not null,
    primary key (tenant_id, id)
);
alter table fin.entry enable row level security;
alter table fin.entry force row level security;
create policy floor on fin.entry as restrictive
    using (tenant_id = (select fin.tenant()));
create policy clerks on fin.entry to fin_app using (true);
grant select, insert on fin.entry to fin_app;

reset role;
