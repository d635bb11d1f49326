create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create function desk.tenant() returns uuid stable parallel safe
    return nullif(current_setting('desk.tenant', true), '')::uuid;
create table desk.ticket (
    tenant_id uuid,
    id        uuid not null primary key,
    subject   text not null
);
insert into desk.ticket values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c',
    'of old');
alter table desk.ticket add constraint ticket_tenant not null tenant_id;
create index on desk.ticket (tenant_id);
alter table desk.ticket enable row level security;
alter table desk.ticket force row level security;
create policy tenant on desk.ticket
    using (tenant_id is not distinct from (select desk.tenant()))
    with check (tenant_id = (select desk.tenant()));
grant select, insert on desk.ticket to desk_app;

reset role;
