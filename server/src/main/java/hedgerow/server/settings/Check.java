package hedgerow.server.settings;

/// A rule that the type of a setting does not express.
@FunctionalInterface
public interface Check<T> {

    /// Checks a value.
    ///
    /// @throws IllegalArgumentException if `value` is wrong; its message completes "sites ..." and repeats
    ///     no secret
    void check(T value);

    /// A check that accepts everything.
    final class None implements Check<Object> {
        @Override
        public void check(Object value) {}
    }
}
