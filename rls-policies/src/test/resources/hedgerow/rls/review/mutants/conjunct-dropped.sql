-- One condition of several is forgotten, inside sub-selects too.
select label || ' ' || word || ' ' || row_number() over (partition by con.oid, word), format('%s (%s)', alter_it,
    shorter)
  from its_condition con, pg_temp.without_conjunct(condition) shorter
