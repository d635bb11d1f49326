-- Whether the policy narrows or widens.
select label as target, format('drop policy %s on %s', name, table_name) as sql from its_policy
