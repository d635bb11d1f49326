create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
create table public.cancellation (invoice_id uuid not null);
alter table public.invoice owner to rule_owner;
alter table public.cancellation owner to rule_owner;
alter table public.invoice enable row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create rule cancel as on insert to public.cancellation
    do also delete from public.invoice where id = new.invoice_id;
grant select on public.invoice to rule_app;
grant insert on public.cancellation to rule_app;
