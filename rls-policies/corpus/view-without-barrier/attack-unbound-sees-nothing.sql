-- rows
insert into desk.bill values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization desk_app;
set enable_indexscan = off;
set enable_bitmapscan = off;
create temporary table peeked (memo text);
create function pg_temp.peek(memo text) returns boolean volatile cost 0.0001 language plpgsql as $$
begin
    insert into peeked values (memo);
    return true;
end $$;
select id from desk.my_bills where pg_temp.peek(memo);

-- seen
select exists (select from peeked where memo = 'of B') as seen;
