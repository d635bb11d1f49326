create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice owner to rule_owner;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select on public.invoice to rule_app;
-- a superuser's
create function public.find_invoice(wanted uuid) returns setof public.invoice
    language sql security definer set search_path = '' as 'select * from public.invoice where id = wanted';
create function public.count_invoices() returns bigint
    language sql security definer return (select count(*) from public.invoice);
