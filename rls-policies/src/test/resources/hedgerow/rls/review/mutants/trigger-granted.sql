-- outside: that roles attach no code is an assumption that every report lists
select rel.name || ' to ' || role.name, format('grant trigger on %s to %s', rel.name, role.name) from its_table rel,
    its_role role
 where not has_table_privilege(role.oid, rel.oid, 'trigger')
