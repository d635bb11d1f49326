create role rule_owner nologin;
create role rule_group nologin;
create role rule_app login noinherit in role rule_group;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice owner to rule_owner;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy readers on public.invoice for select using (true);
create policy fence on public.invoice as restrictive to rule_group
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select on public.invoice to rule_group, rule_app;
