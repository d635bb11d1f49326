-- rows
insert into club.member values ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-00000000000d');
insert into club.diary values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization club_app;
set club.person = 'a0000000-0000-4000-8000-000000000001';
insert into club.wish values ('b0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', 'hello');

-- seen
select exists (select from club.diary where club_id = 'b0000000-0000-4000-8000-000000000002') as seen;
