create role rent_owner nologin;
create role rent_app login;
create schema rent authorization rent_owner;
grant usage on schema rent to rent_app;
set role rent_owner;

create function rent.tenant() returns uuid stable parallel safe
    return nullif(current_setting('rent.tenant', true), '')::uuid;

create table rent.flat (
    tenant_id uuid not null,
    id        uuid not null,
    address   text not null,
    primary key (tenant_id, id)
);
alter table rent.flat enable row level security;
alter table rent.flat force row level security;
create policy floor on rent.flat as restrictive
    using (tenant_id = (select rent.tenant()));
create policy staff on rent.flat to rent_app using (true);
grant select, insert, update, delete on rent.flat to rent_app;

reset role;
