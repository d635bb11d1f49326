-- rows
insert into api.note
    values ('c0000000-0000-4000-8000-00000000000c', 'b0000000-0000-4000-8000-000000000002', 'of B', 'private');

-- attack
set session authorization authenticator;
set role authenticated;

-- seen
select exists (select from api.note where user_id = 'b0000000-0000-4000-8000-000000000002') as seen;
