-- rows
insert into auth.users (id) values ('b0000000-0000-4000-8000-000000000002');
insert into public.todos (user_id, task) values ('b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
update public.all_todos set task = 'by A';

-- seen
reset session authorization;
select exists (select from public.todos
                where user_id = 'b0000000-0000-4000-8000-000000000002' and task = 'by A') as seen;
