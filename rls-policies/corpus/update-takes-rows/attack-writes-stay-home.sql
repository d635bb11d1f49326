-- rows
insert into todo.task values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', false);

-- attack
set session authorization todo_app;
set todo.tenant = 'a0000000-0000-4000-8000-000000000001';
update todo.task set tenant_id = 'a0000000-0000-4000-8000-000000000001', taken = true;

-- seen
reset session authorization;
select not exists (select from todo.task where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
