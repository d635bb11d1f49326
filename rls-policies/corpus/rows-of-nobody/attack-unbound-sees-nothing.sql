-- rows
insert into menu.dish (id, tenant_id, name) values ('c0000000-0000-4000-8000-00000000000c', null, 'of nobody');

-- attack
set session authorization menu_app;

-- seen
select exists (select from menu.dish where tenant_id is null) as seen;
