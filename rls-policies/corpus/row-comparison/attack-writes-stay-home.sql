-- rows
insert into desk.bill values ('a', 'eu', 'c0000000-0000-4000-8000-00000000000c', 'of a');

-- attack
set session authorization desk_app;
set desk.org = 'a';
set desk.region = 'eu';
update desk.bill set org_id = 'b';

-- seen
reset session authorization;
select exists (select from desk.bill where org_id = 'b') as seen;
