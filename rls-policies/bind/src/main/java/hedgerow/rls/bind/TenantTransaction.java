package hedgerow.rls.bind;

import java.sql.SQLException;

/// A connection of a [TenantDataSource], as a transaction that can end in the round trip of its last
/// statements:
///
///     connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
///     event.addBatch();
///     event.executeBatch();     // nothing is sent
///     connection.commit();      // the insert and COMMIT, in one round trip
public interface TenantTransaction {

    /// Makes the batches of this transaction wait for COMMIT, or for the next statement that is not a
    /// batch.
    ///
    /// Their `executeBatch()` returns [java.sql.Statement#SUCCESS_NO_INFO] for each item. If an item fails,
    /// the call that sends it throws: usually `commit()`. Batches with generated keys do not wait, nor do
    /// those of more than 64 items.
    ///
    /// @throws SQLException in auto-commit mode
    void sendBatchesWithCommit() throws SQLException;
}
