select rel.name || ' to ' || role.name, format('grant truncate on %s to %s', rel.name, role.name) from its_table
    rel, its_role role
 where not has_table_privilege(role.oid, rel.oid, 'truncate')
