create role leaky_owner nologin;
create role leaky_app login;
create schema leaky authorization leaky_owner;
grant usage on schema leaky to leaky_app;
set role leaky_owner;

create function leaky.tenant() returns uuid stable parallel safe
    return nullif(current_setting('leaky.tenant', true), '')::uuid;

create table leaky.word (
    tenant_id uuid not null,
    id        uuid not null,
    word      text not null,
    primary key (tenant_id, id)
);
alter table leaky.word enable row level security;
alter table leaky.word force row level security;
create policy tenant on leaky.word
    using (tenant_id = (select leaky.tenant()))
    with check (tenant_id = (select leaky.tenant()));
grant select, insert, update, delete on leaky.word to leaky_app;

reset role;
create function leaky.fold(text) returns text immutable strict language sql return lower($1);
