with source as (
    select distinct pro.oid, trg.tgrelid,
           regexp_replace(regexp_replace(pro.prosrc, '--[^\n]*', '', 'g'), '/\*.*?\*/', '', 'g') as body
      from pg_catalog.pg_trigger trg
      join pg_catalog.pg_proc pro on pro.oid = trg.tgfoid
     where not trg.tgisinternal
       and trg.tgrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
),
code as (
    select source.*,
           body ~* '\m(row_to_json|to_jsonb?)\s*\(\s*(new|old)\M|\m(new|old)\s*::' as rows,
           body ~* '\mpg_notify\s*\([^;]*\m(new|old)\.(?!id\M|\w*_id\M)\w'           as columns  -- except ids
      from source
)
select format('function %I.%I(%s)', fns.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('is a trigger of %s and sends %s to every session that listens',
              string_agg(format('%I.%I', nsp.nspname, rel.relname), ', ' order by nsp.nspname, rel.relname),
              case when code.rows then 'whole rows' when code.columns then 'columns of rows'
                   else 'notifications' end)                                                    as detail,
       null::text                                                                               as fix,
       code.rows or code.columns                                                                as exposed
  from code
  join pg_catalog.pg_proc      pro on pro.oid = code.oid
  join pg_catalog.pg_namespace fns on fns.oid = pro.pronamespace
  join pg_catalog.pg_class     rel on rel.oid = code.tgrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where code.body ~* '\mpg_notify\s*\(|\mnotify\s+["\w]'
 group by fns.nspname, pro.proname, pro.proargtypes, code.rows, code.columns
 order by object
