--liquibase formatted sql

--changeset hedgerow:0259-entries-by-transaction splitStatements:false stripComments:false
--comment: The entries of a transaction are found by its index in a young table too, not among all of the tenant.
set local role hedgerow_owner;

-- While nothing is known of a table, all indexes that begin with the tenant cost the planner the same, and it takes the
-- newest. A session keeps this plan until the table is analyzed.
drop index app.ledger_entry_transaction;
create index ledger_entry_transaction on app.ledger_entry (organization_id, livemode, transaction_id, unit);

reset role;
--rollback empty
