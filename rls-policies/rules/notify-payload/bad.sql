create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create function public.tell() returns trigger language plpgsql as $$
begin
    perform pg_notify('invoice', row_to_json(new)::text);
    return new;
end $$;
create trigger tell after insert on public.invoice for each row execute function public.tell();
grant select, insert on public.invoice to rule_app;
