create role desk_app login;
create schema desk;
grant usage on schema desk to desk_app;

create table desk.bill (
    org_id text not null,
    region text not null,
    id     uuid not null,
    memo   text,
    primary key (org_id, region, id)
);
alter table desk.bill enable row level security;
alter table desk.bill force row level security;
create policy reads on desk.bill for select to desk_app
    using ((org_id, region) = (select nullif(current_setting('desk.org', true), ''),
                                      nullif(current_setting('desk.region', true), '')));
create policy changes on desk.bill for update to desk_app
    using ((org_id, region) = (nullif(current_setting('desk.org', true), ''),
                               nullif(current_setting('desk.region', true), '')))
    with check ((org_id, region) = (nullif(current_setting('desk.org', true), ''),
                                    nullif(current_setting('desk.region', true), '')));
create policy adds on desk.bill for insert to desk_app
    with check (row(org_id, region) = row(nullif(current_setting('desk.org', true), ''),
                                          nullif(current_setting('desk.region', true), '')));
grant select, insert, update on desk.bill to desk_app;
