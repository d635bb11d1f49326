-- Large objects, of which there may be millions: counted by owner and by the privileges of others.
select lom.lomowner as owner, array_to_string(lom.lomacl, ',') as grants, count(*) as count
  from pg_catalog.pg_largeobject_metadata lom
 group by lom.lomowner, array_to_string(lom.lomacl, ',')
 order by 1, 2
