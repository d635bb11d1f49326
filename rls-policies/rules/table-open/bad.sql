create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
create table public.upload (id uuid primary key, content bytea not null);
alter table public.invoice owner to rule_owner;
alter table public.upload owner to rule_owner;
alter table public.invoice enable row level security, force row level security;
create policy tenant on public.invoice to rule_app
    using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
grant select, insert on public.invoice, public.upload to rule_app;
