-- rows
insert into api.note
    values ('c0000000-0000-4000-8000-00000000000c', 'b0000000-0000-4000-8000-000000000002', 'of B', 'public');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
insert into api.comment
    values ('d0000000-0000-4000-8000-00000000000d', 'c0000000-0000-4000-8000-00000000000c',
            'a0000000-0000-4000-8000-000000000001', 'by A');

-- seen
reset session authorization;
select exists (select from api.comment
                where note_id = 'c0000000-0000-4000-8000-00000000000c'
                  and user_id = 'a0000000-0000-4000-8000-000000000001') as seen;
