-- rows
insert into rpt.figure values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization rpt_reader;
set role rpt_dba;

-- seen
select exists (select from rpt.figure where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
