package hedgerow.server.settings;

/// A rule that the type of a setting does not express.
@FunctionalInterface
public interface Check<T> {

    /// @throws IllegalArgumentException if `value` is wrong; its message completes "sites ..." and repeats no secret
    void check(T value);

    /// No further rule.
    final class None implements Check<Object> {
        @Override
        public void check(Object value) {}
    }
}
