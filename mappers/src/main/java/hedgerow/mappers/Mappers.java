package hedgerow.mappers;

/// The statements, on one connection.
@FunctionalInterface
public interface Mappers {

    /// @throws org.apache.ibatis.binding.BindingException if `mapper` is none
    <M> M get(Class<M> mapper);
}
