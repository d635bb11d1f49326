-- Another role is let by, whatever the row.
select label || ' ' || word || ' ' || role.name, format('%s (%s or current_user = %L)', alter_it, condition, role.name)
  from its_condition, its_role role where condition <> 'true'
