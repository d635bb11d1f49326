create role rule_gateway login noinherit;
alter role rule_gateway set pgrst.db_plan_enabled = 'false';
