create role rule_owner nologin;
create role rule_app login;
create function public.valid(text) returns boolean language sql immutable return length($1) > 0;
alter function public.valid(text) owner to rule_owner;
create table public.invoice (organization_id uuid not null, id uuid not null, note text check (public.valid(note)));
alter table public.invoice owner to rule_owner;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert on public.invoice to rule_app;
