-- rows
insert into lib.member values
    ('d0000000-0000-4000-8000-00000000000d', 'a0000000-0000-4000-8000-000000000001'),
    ('b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-00000000000b');
insert into lib.book values
    ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization lib_app;
set search_path = lib;
set lib.person = 'a0000000-0000-4000-8000-000000000001';
create temporary table member as
    select 'b0000000-0000-4000-8000-000000000002'::uuid as tenant_id,
           'a0000000-0000-4000-8000-000000000001'::uuid as person_id;
grant select on pg_temp.member to public;

-- seen
select exists (select from lib.titles() title where title = 'of B') as seen;
