create role rule_app login;
create table public.invoice (organization_id uuid not null, id int not null, note text);
insert into public.invoice select gen_random_uuid(), n, 'x' from generate_series(1, 12000) n;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select on public.invoice to rule_app;
do $$ begin
    for n in 1 .. 25 loop
        perform from public.invoice where note = 'y';
    end loop;
end $$;
