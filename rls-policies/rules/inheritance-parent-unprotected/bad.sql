create role rule_owner nologin;
create role rule_app login;
create table public.document (id uuid not null, title text);
create table public.contract (organization_id uuid not null) inherits (public.document);
alter table public.document owner to rule_owner;
alter table public.contract owner to rule_owner;
alter table public.contract enable row level security;
alter table public.contract force row level security;
create policy fence on public.contract
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select on public.document, public.contract to rule_app;
