create role bank_owner nologin;
create role bank_app login;
create role bank_ops nologin;
create role bank_break_glass nologin bypassrls;
create schema bank authorization bank_owner;
grant usage on schema bank to bank_app;
set role bank_owner;

create function bank.tenant() returns uuid stable parallel safe
    return nullif(current_setting('bank.tenant', true), '')::uuid;

create table bank.account (
    tenant_id uuid not null,
    id        uuid not null,
    balance   bigint not null,
    primary key (tenant_id, id)
);
alter table bank.account enable row level security;
alter table bank.account force row level security;
create policy tenant on bank.account
    using (tenant_id = (select bank.tenant()))
    with check (tenant_id = (select bank.tenant()));
grant select, insert, update, delete on bank.account to bank_app;

reset role;
grant bank_break_glass to bank_ops;
grant bank_ops to bank_app;
