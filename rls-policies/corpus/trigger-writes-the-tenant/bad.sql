create role desk_app login;
create schema desk;
grant usage on schema desk to desk_app;

create table desk.bill (
    org_id uuid not null,
    id     uuid not null default gen_random_uuid(),
    memo   text,
    primary key (org_id, id)
);
alter table desk.bill enable row level security;
alter table desk.bill force row level security;
create function desk.pin() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    new.org_id := coalesce(new.org_id, nullif(current_setting('desk.org', true), '')::uuid);
    return new;
end $$;
create trigger pin before insert or update on desk.bill for each row execute function desk.pin();
create policy reads on desk.bill for select to desk_app
    using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
create policy changes on desk.bill for update to desk_app
    using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
create policy adds on desk.bill for insert to desk_app
    with check (true);
grant select, insert, update on desk.bill to desk_app;
