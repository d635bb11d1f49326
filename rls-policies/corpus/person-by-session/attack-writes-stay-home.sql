-- rows
insert into desk.person (id, name) values ('a0000000-0000-4000-8000-000000000001', 'A');
insert into desk.session (token, person_id) values ('secret', 'a0000000-0000-4000-8000-000000000001');
insert into desk.document (team_id, title) values ('b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization desk_app;
set desk.session = 'secret';
delete from desk.document;

-- seen
reset session authorization;
select not exists (select from desk.document) as seen;
