-- Runs the schema file :file unless it has run, and records it in Liquibase's own table.
select not exists (select from public.databasechangelog where filename = :'file') as new \gset
\if :new
\echo 'apply ' :file
\ir ../:file
insert into public.databasechangelog
       (id, author, filename, dateexecuted, orderexecuted, exectype, description, comments, liquibase)
select replace(regexp_replace(:'file', '^.*/|[.]sql$', '', 'g'), '_', '-'), 'hedgerow', :'file', clock_timestamp(),
       coalesce(max(orderexecuted), 0) + 1, 'EXECUTED', 'sql', '', 'psql'
  from public.databasechangelog;
\endif
