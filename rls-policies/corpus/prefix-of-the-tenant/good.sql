create role blog_owner nologin;
create role blog_app login;
create schema blog authorization blog_owner;
grant usage on schema blog to blog_app;
set role blog_owner;

create table blog.post (
    tenant text not null,
    id     uuid not null,
    title  text not null,
    primary key (tenant, id)
);
alter table blog.post enable row level security;
alter table blog.post force row level security;
create policy tenant on blog.post
    using (tenant = nullif(current_setting('blog.tenant', true), ''))
    with check (tenant = nullif(current_setting('blog.tenant', true), ''));
grant select, insert, update, delete on blog.post to blog_app;

reset role;
