create role blog_app login;
create schema blog authorization blog_app;
set role blog_app;

create function blog.tenant() returns uuid stable parallel safe
    return nullif(current_setting('blog.tenant', true), '')::uuid;

create table blog.post (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table blog.post enable row level security;
create policy tenant on blog.post
    using (tenant_id = (select blog.tenant()))
    with check (tenant_id = (select blog.tenant()));

reset role;
