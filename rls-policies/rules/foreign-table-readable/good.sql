create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create extension postgres_fdw;
create server archive foreign data wrapper postgres_fdw options (host '127.0.0.1', dbname 'archive');
create foreign table public.old_invoice (organization_id uuid, id uuid) server archive;
create foreign table public.postal_code (code text, city text) server archive;
grant select on public.invoice, public.postal_code to rule_app;
