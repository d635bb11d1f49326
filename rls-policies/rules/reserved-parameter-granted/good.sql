create role rule_app login;
create role rule_binder nologin;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('backtrace_functions'), '')::uuid);
grant select on public.invoice to rule_app;
create function public.bind(tenant uuid) returns void language plpgsql security definer set search_path = pg_catalog
    as $$ begin perform set_config('backtrace_functions', replace(tenant::text, '-', ''), true); end $$;
alter function public.bind(uuid) owner to rule_binder;
grant set on parameter backtrace_functions to rule_binder;
