-- outside: a foreign key is DDL, which no claim speaks of
select rel.name || ' to ' || role.name, format('grant references on %s to %s', rel.name, role.name) from its_table
    rel, its_role role
 where not has_table_privilege(role.oid, rel.oid, 'references')
