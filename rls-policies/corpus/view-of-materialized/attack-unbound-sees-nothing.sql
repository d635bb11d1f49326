-- rows
insert into dash.sale values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 1);
refresh materialized view dash.daily;

-- attack
set session authorization dash_app;

-- seen
select exists (select from dash.today where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
