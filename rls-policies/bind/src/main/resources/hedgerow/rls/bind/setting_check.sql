-- Settings under which the login of an application serves all its tenants, although it can store them
-- itself (ALTER ROLE ... SET): a row for each, and the statement that removes it. Time limits are left to
-- the operator.
select format('the role %I stores the setting %s', self.rolname, stored.name) as what,
       format('alter role %I%s reset %I; store what all sessions need in the JDBC URL, or by ALTER DATABASE',
              self.rolname,
              case when stored.setdatabase <> 0 then format(' in database %I', current_database()) end,
              stored.name) as mend
  from pg_catalog.pg_roles self
  join (select setrole, setdatabase, split_part(unnest(setconfig), '=', 1) as name
          from pg_catalog.pg_db_role_setting) stored on stored.setrole = self.oid
 where self.rolname = session_user
   and stored.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
   and stored.name not in ('statement_timeout', 'lock_timeout', 'transaction_timeout',
                           'idle_in_transaction_session_timeout', 'idle_session_timeout')
union all
select 'row security is off in this session', 'remove row_security from the settings of the role and the JDBC URL'
  where current_setting('row_security') <> 'on';
