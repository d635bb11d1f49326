select nsp.name || ' ' || role.name, format('grant create on schema %s to %s', nsp.name, role.name) from its_schema
    nsp, its_role role
