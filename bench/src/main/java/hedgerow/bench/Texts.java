package hedgerow.bench;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.function.Supplier;
import javax.sql.DataSource;

/// Makes many statements of one: while a number is set, each that is prepared ends with it, in a comment.
final class Texts {

    /// The number of statements of a medium-sized service, more than a connection keeps prepared in sealed mode.
    static final int ALL = 200;

    private static final ScopedValue<Integer> NUMBER = ScopedValue.newInstance();

    private Texts() {}

    /// Runs work with one of the texts of its statements.
    ///
    /// @param number 0 to [#ALL] - 1
    static <T> T with(int number, Supplier<T> work) {
        return ScopedValue.where(NUMBER, number).call(work::get);
    }

    static DataSource over(DataSource source) {
        return proxy(DataSource.class, (_, method, arguments) -> {
            var result = call(() -> method.invoke(source, arguments));
            return result instanceof Connection connection ? numbering(connection) : result;
        });
    }

    private static Connection numbering(Connection connection) {
        return proxy(Connection.class, (_, method, arguments) -> {
            if (method.getName().equals("prepareStatement")) {
                arguments[0] += " /* %d */".formatted(NUMBER.orElse(0));
            }
            return call(() -> method.invoke(connection, arguments));
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Texts.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private interface Call {
        Object run() throws ReflectiveOperationException;
    }

    private static Object call(Call method) throws Throwable {
        try {
            return method.run();
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
