-- rows
insert into auth.users (id) values ('b0000000-0000-4000-8000-000000000002');
insert into public.todos (user_id, task) values ('b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization authenticator;
set role authenticated;

-- seen
select exists (select from public.todos where user_id = 'b0000000-0000-4000-8000-000000000002') as seen;
