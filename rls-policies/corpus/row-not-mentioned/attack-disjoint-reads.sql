-- rows
insert into quiz.answer values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization quiz_app;
set quiz.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from quiz.answer where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
