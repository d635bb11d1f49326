select name, format('create role night_job nologin bypassrls; grant night_job to %s; grant usage on schema %s to
 night_job; '
       'grant select, insert, update, delete on all tables in schema %2$s to night_job',
       login.name, (select string_agg(name, ', ') from its_schema))
  from its_login login
