create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, day date not null) partition by range (day);
create table public.invoice_2026 partition of public.invoice for values from ('2026-01-01') to ('2027-01-01');
alter table public.invoice owner to rule_owner;
alter table public.invoice_2026 owner to rule_owner;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select on all tables in schema public to rule_app;
