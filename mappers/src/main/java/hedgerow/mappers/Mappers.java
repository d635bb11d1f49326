package hedgerow.mappers;

/// The statements, on one connection.
public interface Mappers {

    /// @throws org.apache.ibatis.binding.BindingException if `mapper` is none
    <M> M get(Class<M> mapper);

    /// Statements that change rows, and wait until the transaction is committed or another statement is sent:
    /// the last ones of a transaction share the round trip of COMMIT. The number of rows that they return
    /// means nothing. Outside [Database#write] they wait for nothing.
    ///
    /// @throws org.apache.ibatis.binding.BindingException if `mapper` is none
    <M> M last(Class<M> mapper);
}
