-- rows
insert into api.project (id, title)
values ('c0000000-0000-4000-8000-000000000003', 'of A'), ('d0000000-0000-4000-8000-000000000004', 'of B');
insert into api.membership (project_id, user_id)
values ('c0000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000001'),
       ('d0000000-0000-4000-8000-000000000004', 'b0000000-0000-4000-8000-000000000002');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
delete from api.project;

-- seen
reset session authorization;
select not exists (select from api.project where title = 'of B') as seen;
