create role rule_globex login;
create role rule_acme login;
create table public.invoice (tenant_id name not null, id uuid not null, primary key (tenant_id, id));
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice using (tenant_id = current_user);
grant select, insert on public.invoice to rule_acme, rule_globex;
