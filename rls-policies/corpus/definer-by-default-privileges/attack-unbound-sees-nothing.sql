-- rows
insert into api.bill values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization authenticator;
set role anon;
select api.close_bill('c0000000-0000-4000-8000-00000000000c');

-- seen
reset session authorization;
select not exists (select from api.bill where user_id = 'b0000000-0000-4000-8000-000000000002') as seen;
