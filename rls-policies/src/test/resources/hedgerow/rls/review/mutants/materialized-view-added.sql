select name, format('create materialized view %s.all_%s as select * from %s; grant select on %1$s.all_%2$s to
 public; grant usage on schema %1$s to public', schema, relname, name)
  from its_table where relrowsecurity and relname ~ '^[a-z_0-9]+$'
