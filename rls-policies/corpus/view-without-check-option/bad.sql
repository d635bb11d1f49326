create role box_owner nologin;
create role box_app login;
create schema box authorization box_owner;
grant usage on schema box to box_app;
set role box_owner;

create function box.tenant() returns uuid stable parallel safe
    return nullif(current_setting('box.tenant', true), '')::uuid;
create table box.letter (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table box.letter enable row level security;
create policy tenant on box.letter
    using (tenant_id = (select box.tenant()))
    with check (tenant_id = (select box.tenant()));
grant select, insert, update, delete on box.letter to box_app;

create view box.outbox with (security_barrier) as
    select tenant_id, id, body from box.letter where tenant_id = (select box.tenant());
grant select, insert, update, delete on box.outbox to box_app;

reset role;
