-- One policy too many, for one command.
select rel.name || ' for ' || cmd.name, format('create policy one_too_many on %s for %s %s', rel.name, cmd.name,
    cmd.lets)
  from its_table rel, (values ('select', 'using (true)'), ('insert', 'with check (true)'), ('update', 'using (true)'),
                              ('delete', 'using (true)'), ('all', 'using (true)')) cmd (name, lets)
 where rel.relrowsecurity
