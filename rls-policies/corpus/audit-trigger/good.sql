create role aud_owner nologin;
create role aud_app login;
create schema aud authorization aud_owner;
grant usage on schema aud to aud_app;
set role aud_owner;

create function aud.tenant() returns uuid stable parallel safe
    return nullif(current_setting('aud.tenant', true), '')::uuid;

create table aud.doc (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table aud.doc enable row level security;
alter table aud.doc force row level security;
create policy tenant on aud.doc
    using (tenant_id = (select aud.tenant()))
    with check (tenant_id = (select aud.tenant()));
grant select, insert, update, delete on aud.doc to aud_app;
create table aud.change (
    tenant_id uuid not null,
    id        uuid not null,
    at        timestamptz not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table aud.change enable row level security;
alter table aud.change force row level security;
create policy tenant on aud.change
    using (tenant_id = (select aud.tenant()))
    with check (tenant_id = (select aud.tenant()));
grant select on aud.change to aud_app;
create function aud.note() returns trigger security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into aud.change values (new.tenant_id, gen_random_uuid(), now(), new.body);
    return new;
end $$;
revoke execute on function aud.note() from public;
create trigger note after insert or update on aud.doc for each row execute function aud.note();

reset role;
