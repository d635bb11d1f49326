create role rule_app login;
create table public.signing_key (organization_id uuid not null, id uuid not null, secret bytea not null,
                                 primary key (organization_id, id));
create table public.api_key (organization_id uuid not null, id uuid not null, hash bytea not null,
                             primary key (organization_id, id));
alter table public.signing_key enable row level security, force row level security;
alter table public.api_key enable row level security, force row level security;
create policy tenant on public.api_key to rule_app
    using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
grant select (organization_id, id) on public.api_key to rule_app;
create publication changes for table public.api_key (organization_id, id);
