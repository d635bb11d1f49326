create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice owner to rule_owner;
create view public.my_invoice as
    select * from public.invoice
     where organization_id = nullif(current_setting('app.organization_id', true), '')::uuid;
alter view public.my_invoice owner to rule_owner;
grant select on public.my_invoice to rule_app;
