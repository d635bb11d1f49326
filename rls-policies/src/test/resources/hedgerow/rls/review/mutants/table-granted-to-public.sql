select name, format('grant select, insert, update, delete on %s to public; grant usage on schema %s to public',
    name, schema) from its_table
