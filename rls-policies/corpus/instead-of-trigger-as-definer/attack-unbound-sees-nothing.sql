-- rows
-- none

-- attack
set session authorization form_app;
insert into form.submission
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'by A');

-- seen
reset session authorization;
select exists (select from form.answer where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
