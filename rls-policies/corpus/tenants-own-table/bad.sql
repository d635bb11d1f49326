create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create table desk.account (
    id   uuid primary key,
    name text not null,
    plan text not null
);
create table desk.ticket (
    account_id uuid not null references desk.account,
    id         uuid not null,
    subject    text not null,
    primary key (account_id, id)
);
alter table desk.ticket enable row level security;
alter table desk.ticket force row level security;
create policy tenant on desk.ticket to desk_app
    using (account_id = (select nullif(current_setting('desk.account', true), '')::uuid));
grant select, insert, update, delete on desk.account, desk.ticket to desk_app;

reset role;
