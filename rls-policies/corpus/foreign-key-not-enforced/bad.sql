create role desk_app login;
create schema desk;
grant usage on schema desk to desk_app;

create table desk.folder (org_id uuid not null, id uuid primary key, name text);
create table desk.paper (
    org_id    uuid not null,
    id        uuid primary key,
    folder_id uuid,
    constraint paper_folder foreign key (folder_id) references desk.folder (id) on delete cascade
);
create index on desk.folder (org_id);
create index on desk.paper (org_id);
create index on desk.paper (folder_id);
alter table desk.folder enable row level security;
alter table desk.folder force row level security;
alter table desk.paper enable row level security;
alter table desk.paper force row level security;
create policy home on desk.folder to desk_app
    using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
create policy home on desk.paper to desk_app
    using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
grant select, insert, update, delete on desk.folder, desk.paper to desk_app;
