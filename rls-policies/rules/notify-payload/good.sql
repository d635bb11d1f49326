create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create table public.outbox (organization_id uuid not null, invoice_id uuid not null);
create function public.tell() returns trigger language plpgsql as $$
begin
    insert into public.outbox values (new.organization_id, new.id);  -- no pg_notify(
    return new;
end $$;
create trigger tell after insert on public.invoice for each row execute function public.tell();
grant select, insert on public.invoice to rule_app;
