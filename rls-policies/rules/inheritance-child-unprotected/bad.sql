create role rule_owner nologin;
create role rule_app login;
create table public.document (organization_id uuid not null, id uuid not null);
create table public.contract (signed_on date) inherits (public.document);
alter table public.document owner to rule_owner;
alter table public.contract owner to rule_owner;
alter table public.document enable row level security;
alter table public.document force row level security;
create policy fence on public.document
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select on public.document, public.contract to rule_app;
