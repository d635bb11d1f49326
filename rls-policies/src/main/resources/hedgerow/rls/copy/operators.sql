-- Operators. Commutator and negator may be created later: the server waits for them.
select 'pg_catalog.pg_operator'::regclass::oid as class, opr.oid as object,
       format('operator %s', opr.oid::regoperator) as name,
       format('create operator %I.%s (function = %s, rightarg = %s%s%s%s%s%s%s%s)', nsp.nspname, opr.oprname,
              opr.oprcode,
              format_type(opr.oprright, null), ', leftarg = ' || format_type(nullif(opr.oprleft, 0), null),
              ', commutator = ' || others.commutator, ', negator = ' || others.negator,
              ', restrict = ' || nullif(opr.oprrest::oid, 0)::regproc::text,
              ', join = ' || nullif(opr.oprjoin::oid, 0)::regproc::text,
              case when opr.oprcanhash then ', hashes' end, case when opr.oprcanmerge then ', merges' end) as statement
  from pg_catalog.pg_operator opr
  join pg_catalog.pg_namespace nsp on nsp.oid = opr.oprnamespace
 cross join lateral (
     select max(format('operator(%I.%s)', ons.nspname, oth.oprname)) filter (where oth.oid = opr.oprcom) as commutator,
            max(format('operator(%I.%s)', ons.nspname, oth.oprname)) filter (where oth.oid = opr.oprnegate) as negator
       from pg_catalog.pg_operator oth
       join pg_catalog.pg_namespace ons on ons.oid = oth.oprnamespace
      where oth.oid in (opr.oprcom, opr.oprnegate)) others
 where opr.oid >= 16384 and opr.oprcode <> 0
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_operator'::regclass and dep.objid = opr.oid
                      and dep.deptype = 'e')
 order by opr.oid
