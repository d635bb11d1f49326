create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice owner to rule_owner;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create view public.inner_invoice with (security_invoker = on) as select * from public.invoice;
create view public.outer_invoice as select * from public.inner_invoice;  -- the inner one still reads as the caller
grant select on public.invoice, public.inner_invoice, public.outer_invoice to rule_app;
