create role bin_owner nologin;
create role bin_app login;
create schema bin authorization bin_owner;
grant usage on schema bin to bin_app;
set role bin_owner;

create function bin.tenant() returns uuid stable parallel safe
    return nullif(current_setting('bin.tenant', true), '')::uuid;
create table bin.paper (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table bin.paper enable row level security;
alter table bin.paper force row level security;
create policy tenant on bin.paper
    using (tenant_id = (select bin.tenant()))
    with check (tenant_id = (select bin.tenant()));
grant select, insert, update, delete on bin.paper to bin_app;

create table bin.shadow (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table bin.shadow enable row level security;
create policy tenant on bin.shadow
    using (tenant_id = (select bin.tenant()))
    with check (tenant_id = (select bin.tenant()));
grant select on bin.shadow to bin_app;

create function bin.follow() returns trigger security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    update bin.shadow s set body = new.body where s.tenant_id = new.tenant_id and s.id = new.id;
    return new;
end $$;
revoke execute on function bin.follow() from public;
create trigger follow after update on bin.paper for each row execute function bin.follow();

reset role;
