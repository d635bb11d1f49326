-- Whoever writes to the table also deletes, as the rule's owner.
select name, format('create rule sweep as on update to %s do also delete from %1$s', name) from its_table where
    relrowsecurity
