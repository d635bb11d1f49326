create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice as restrictive
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert on public.invoice to rule_app;
