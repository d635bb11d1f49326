select name, format('create view %s.every_%s as select * from %s; grant select on %1$s.every_%2$s to public; grant
 usage on schema %1$s to public', schema, relname, name)
  from its_table where relrowsecurity and relname ~ '^[a-z_0-9]+$'
