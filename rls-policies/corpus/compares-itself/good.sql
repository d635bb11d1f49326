create role cal_owner nologin;
create role cal_app login;
create schema cal authorization cal_owner;
grant usage on schema cal to cal_app;
set role cal_owner;

create function cal.tenant() returns uuid stable parallel safe
    return nullif(current_setting('cal.tenant', true), '')::uuid;

create table cal.meeting (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table cal.meeting enable row level security;
alter table cal.meeting force row level security;
create policy tenant on cal.meeting
    using (tenant_id = (select cal.tenant()));
grant select, insert, update, delete on cal.meeting to cal_app;

reset role;
