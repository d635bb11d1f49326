-- Objects for which no statement is written.
select other.class, other.object, pg_describe_object(other.class, other.object, 0) as name, null as statement,
       other.reason, other.relation
  from (
    select 'pg_catalog.pg_event_trigger'::regclass::oid as class, evt.oid as object,
           'an event trigger would run while the copy is made' as reason, null::oid as relation
      from pg_catalog.pg_event_trigger evt
    union all
    select 'pg_catalog.pg_foreign_data_wrapper'::regclass, fdw.oid, 'it reaches out of the server', null
      from pg_catalog.pg_foreign_data_wrapper fdw
    union all
    select 'pg_catalog.pg_foreign_server'::regclass, srv.oid, 'it is another server', null
      from pg_catalog.pg_foreign_server srv
    union all
    select 'pg_catalog.pg_user_mapping'::regclass, map.umid, 'it holds a login of another server', null
      from pg_catalog.pg_user_mappings map
    union all
    select 'pg_catalog.pg_subscription'::regclass, sub.oid, 'it reaches out of the server', null
      from pg_catalog.pg_subscription sub
     where sub.subdbid = (select oid from pg_catalog.pg_database where datname = current_database())
    union all
    select 'pg_catalog.pg_opfamily'::regclass, opf.oid, 'operator families are not written', null
      from pg_catalog.pg_opfamily opf
    union all
    select 'pg_catalog.pg_opclass'::regclass, opc.oid, 'operator classes are not written', null
      from pg_catalog.pg_opclass opc
    union all
    select 'pg_catalog.pg_am'::regclass, am.oid, 'it is written in C', null from pg_catalog.pg_am am
    union all
    select 'pg_catalog.pg_conversion'::regclass, con.oid, 'it is written in C', null from pg_catalog.pg_conversion con
    union all
    select 'pg_catalog.pg_transform'::regclass, trf.oid, 'it is written in C', null from pg_catalog.pg_transform trf
    union all
    select 'pg_catalog.pg_ts_config'::regclass, cfg.oid, 'text search configurations are not written', null
      from pg_catalog.pg_ts_config cfg
    union all
    select 'pg_catalog.pg_ts_dict'::regclass, dic.oid, 'text search dictionaries are not written', null
      from pg_catalog.pg_ts_dict dic
    union all
    select 'pg_catalog.pg_language'::regclass, lng.oid, 'no extension brings it', null
      from pg_catalog.pg_language lng
    union all
    select 'pg_catalog.pg_constraint'::regclass, con.oid, 'the triggers that enforce it are disabled', con.conrelid
      from pg_catalog.pg_constraint con
     where con.contype = 'f'
       and exists (select from pg_catalog.pg_trigger trg
                    where trg.tgconstraint = con.oid and trg.tgisinternal and trg.tgenabled <> 'O')) other
 where other.object >= 16384
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = other.class and dep.objid = other.object and dep.deptype = 'e')
union all
select 'pg_catalog.pg_largeobject'::regclass, 0::oid, format('%s large objects', count(*)), null,
       'rows are not copied', null
  from pg_catalog.pg_largeobject_metadata
having count(*) > 0
 order by 1, 2
