create role rule_app login;
create schema app;
grant usage on schema app to rule_app;
create table app.member (tenant_id uuid not null, user_id uuid not null, primary key (tenant_id, user_id));
alter table app.member enable row level security;
grant select, insert on app.member to rule_app;
-- Its owner is a superuser, whom no policy binds.
create function app.my_tenants() returns setof uuid language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$ select m.tenant_id from app.member m
        where m.user_id = nullif(current_setting('app.user_id', true), '')::uuid $$;
create policy fellows on app.member for select using (tenant_id in (select app.my_tenants()));
create table app.note (tenant_id uuid not null, id int not null, primary key (tenant_id, id));
alter table app.note enable row level security;
grant select on app.note to rule_app;
-- A sub-query on another table whose policies do not lead back.
create policy members on app.note using (exists (select from app.member m where m.tenant_id = note.tenant_id));
-- A helper of the writer, bound by policies that do not call it.
create function app.is_as_before(tenant uuid, member uuid) returns boolean language plpgsql stable
    set search_path = pg_catalog, pg_temp
    as $$ begin
        return exists (select from app.member m where m.tenant_id = tenant and m.user_id = member);
    end $$;
grant update on app.member to rule_app;
create policy changes on app.member for update
    using (tenant_id in (select app.my_tenants()))
    with check (tenant_id in (select app.my_tenants()) and app.is_as_before(tenant_id, user_id));
