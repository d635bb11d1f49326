-- rows
insert into club.member values ('b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000002');
insert into club.diary
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of the club of B');

-- attack
set session authorization club_app;
set club.person = 'a0000000-0000-4000-8000-000000000001';
insert into club.member values ('b0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001');

-- seen
select exists (select from club.diary where club_id = 'b0000000-0000-4000-8000-000000000002') as seen;
