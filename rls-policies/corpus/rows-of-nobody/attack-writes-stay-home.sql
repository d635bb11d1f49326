-- rows
-- none

-- attack
set session authorization menu_app;
set menu.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into menu.dish (id, tenant_id, name) values ('c0000000-0000-4000-8000-00000000000c', null, 'of nobody');

-- seen
set menu.tenant = 'b0000000-0000-4000-8000-000000000002';
select exists (select from menu.dish where tenant_id is null) as seen;
