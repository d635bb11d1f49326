create role vet_owner nologin;
create role vet_app login;
create schema vet authorization vet_owner;
grant usage on schema vet to vet_app;
set role vet_owner;

create function vet.tenant() returns uuid stable parallel safe
    return nullif(current_setting('vet.tenant', true), '')::uuid;

create table vet.animal (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table vet.animal enable row level security;
alter table vet.animal force row level security;
create policy tenant on vet.animal
    using (tenant_id = (select vet.tenant()));
grant select, insert, update, delete on vet.animal to vet_app;

reset role;
