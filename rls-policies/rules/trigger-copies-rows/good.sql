create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
create table public.history (at timestamptz default now(), before jsonb);
alter table public.invoice owner to rule_owner;
alter table public.history owner to rule_owner;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create function public.remember() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into public.history (before) values (to_jsonb(old));
    return new;
end $$;
alter function public.remember() owner to rule_owner;
create trigger remember after update on public.invoice for each row execute function public.remember();
grant select, update on public.invoice to rule_app;
