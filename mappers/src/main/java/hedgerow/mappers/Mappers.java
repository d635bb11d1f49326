package hedgerow.mappers;

/// The statements, on one connection.
public interface Mappers {

    /// Returns a mapper whose statements run on this connection.
    ///
    /// @throws org.apache.ibatis.binding.BindingException if `mapper` is not a mapper
    <M> M get(Class<M> mapper);

    /// A mapper for statements that change rows and wait until the transaction is committed or another
    /// statement is sent: the last ones of a transaction share the round trip of COMMIT. The number of rows
    /// that they return is meaningless. Outside [Database#write] they do not wait.
    ///
    /// @throws org.apache.ibatis.binding.BindingException if `mapper` is not a mapper
    <M> M last(Class<M> mapper);
}
