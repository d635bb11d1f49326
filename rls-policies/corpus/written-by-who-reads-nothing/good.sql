create role post_owner nologin;
create role post_app login;
create role post_import login;
create schema post authorization post_owner;
grant usage on schema post to post_app;
set role post_owner;

create function post.tenant() returns uuid stable parallel safe
    return nullif(current_setting('post.tenant', true), '')::uuid;
grant usage on schema post to post_import;
create table post.project (
    tenant_id uuid not null,
    id        uuid not null primary key
);
create index on post.project (tenant_id);
create table post.note (
    project_id uuid not null references post.project,
    id         uuid not null,
    body       text not null,
    primary key (project_id, id)
);
alter table post.project enable row level security;
alter table post.project force row level security;
alter table post.note enable row level security;
alter table post.note force row level security;
create policy tenant on post.project
    using (tenant_id = (select post.tenant()))
    with check (tenant_id = (select post.tenant()));
create policy project on post.note for select to post_app
    using (exists (select from post.project p where p.id = note.project_id and p.tenant_id = (select post.tenant())));
create policy imports on post.note for insert to post_import
    with check (exists (select from post.project p where p.id = note.project_id and p.tenant_id = (select
        post.tenant())));
grant select on post.project to post_app, post_import;
grant select on post.note to post_app;
grant insert on post.note to post_import;

reset role;
