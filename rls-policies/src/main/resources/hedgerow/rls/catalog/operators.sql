select opr.oid, nsp.nspname as schema, opr.oprname as name, opr.oprleft as left_type, opr.oprright as right_type,
       opr.oprresult as result_type, opr.oprcode::oid as function, pro.proleakproof as leakproof,
       opr.oprcom as commutator, opr.oprnegate as negator
  from pg_catalog.pg_operator opr
  join pg_catalog.pg_namespace nsp on nsp.oid = opr.oprnamespace
  join pg_catalog.pg_proc pro on pro.oid = opr.oprcode
 order by nsp.nspname, opr.oprname, opr.oid
