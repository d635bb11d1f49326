create role rule_app login;
create table public.member (
    organization_id uuid not null,
    id              uuid not null,
    actor           text not null generated always as ('user:' || id::text) stored,
    active          boolean not null default true,
    primary key (organization_id, id)
);
alter table public.member enable row level security, force row level security;
create policy tenant on public.member to rule_app
    using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
grant select, insert, update, delete on public.member to rule_app;
create publication changes for table public.member;
