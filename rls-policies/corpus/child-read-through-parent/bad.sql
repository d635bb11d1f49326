create role inh_owner nologin;
create role inh_app login;
create schema inh authorization inh_owner;
grant usage on schema inh to inh_app;
set role inh_owner;

create function inh.tenant() returns uuid stable parallel safe
    return nullif(current_setting('inh.tenant', true), '')::uuid;

create table inh.note (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null
);
grant select on inh.note to inh_app;
create table inh.archived_note () inherits (inh.note);
alter table inh.archived_note enable row level security;
alter table inh.archived_note force row level security;
create policy tenant on inh.archived_note
    using (tenant_id = (select inh.tenant()));
grant select on inh.archived_note to inh_app;
create index on inh.note (tenant_id);
create index on inh.archived_note (tenant_id);

reset role;
