select name, format('grant usage on schema %s to public', name) from its_schema
