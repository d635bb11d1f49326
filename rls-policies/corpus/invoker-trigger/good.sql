create role ntf_owner nologin;
create role ntf_app login;
create schema ntf authorization ntf_owner;
grant usage on schema ntf to ntf_app;
set role ntf_owner;

create function ntf.tenant() returns uuid stable parallel safe
    return nullif(current_setting('ntf.tenant', true), '')::uuid;

create table ntf.doc (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table ntf.doc enable row level security;
alter table ntf.doc force row level security;
create policy tenant on ntf.doc
    using (tenant_id = (select ntf.tenant()))
    with check (tenant_id = (select ntf.tenant()));
grant select, insert, update, delete on ntf.doc to ntf_app;
create table ntf.change (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table ntf.change enable row level security;
alter table ntf.change force row level security;
create policy tenant on ntf.change
    using (tenant_id = (select ntf.tenant()))
    with check (tenant_id = (select ntf.tenant()));
grant select, insert, update, delete on ntf.change to ntf_app;
create function ntf.note() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into ntf.change values (new.tenant_id, gen_random_uuid(), new.body);
    return new;
end $$;
create trigger note after insert on ntf.doc for each row execute function ntf.note();

reset role;
