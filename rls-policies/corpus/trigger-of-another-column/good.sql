create role crm_owner nologin;
create role crm_app login;
create schema crm authorization crm_owner;
grant usage on schema crm to crm_app;
set role crm_owner;

create function crm.tenant() returns uuid stable parallel safe
    return nullif(current_setting('crm.tenant', true), '')::uuid;
create table crm.lead (
    tenant_id uuid not null,
    id        uuid not null,
    title     text not null,
    primary key (tenant_id, id)
);
alter table crm.lead enable row level security;
alter table crm.lead force row level security;
create policy tenant on crm.lead
    using (tenant_id = (select crm.tenant()))
    with check (true);
create function crm.pin() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.tenant_id := crm.tenant();
    return new;
end $$;
create trigger pin before update on crm.lead for each row execute function crm.pin();
grant select, update on crm.lead to crm_app;

reset role;
