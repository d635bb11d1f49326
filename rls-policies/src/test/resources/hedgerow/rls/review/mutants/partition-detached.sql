select rel.name, format('alter table %s detach partition %s', parent.name, rel.name)
  from its_table rel join pg_inherits on inhrelid = rel.oid join its_table parent on parent.oid = inhparent where
      rel.relispartition
