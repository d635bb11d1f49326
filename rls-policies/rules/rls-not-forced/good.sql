create role rule_app login;
create table public.invoice (tenant_id uuid not null, id int, primary key (tenant_id, id));
alter table public.invoice owner to rule_app;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy tenant on public.invoice
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
