package hedgerow.sql;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.function.Consumer;
import org.postgresql.util.PSQLWarning;

/// Passes on the warnings that the server sends during a migration; Liquibase drops them.
final class ServerWarnings {

    private ServerWarnings() {}

    /// Returns the same connection, whose plain statements pass on each warning of the server with its
    /// hint. Notices are dropped, because every `if exists` produces one.
    static Connection heard(Connection connection, Consumer<String> warnings) {
        return proxy(Connection.class, (_, method, arguments) -> {
            var result = call(connection, method, arguments);
            return method.getName().equals("createStatement") ? heard((Statement) result, warnings) : result;
        });
    }

    private static Statement heard(Statement statement, Consumer<String> warnings) {
        return proxy(Statement.class, (_, method, arguments) -> {
            var result = call(statement, method, arguments);
            if (method.getName().startsWith("execute")) {
                passOn(statement, warnings);
            }
            return result;
        });
    }

    private static void passOn(Statement statement, Consumer<String> warnings) throws SQLException {
        for (var warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            if (isWarning(warning)) {
                warnings.accept(text((PSQLWarning) warning));
            }
        }
        statement.clearWarnings();
    }

    /// Whether it is a warning. Severities are translated on some servers; SQLSTATEs of class 01 are
    /// warnings everywhere.
    private static boolean isWarning(SQLWarning warning) {
        return warning instanceof PSQLWarning fromServer
                && fromServer.getServerErrorMessage() != null
                && (warning.getSQLState().startsWith("01")
                        || "WARNING".equals(fromServer.getServerErrorMessage().getSeverity()));
    }

    private static String text(PSQLWarning warning) {
        var message = warning.getServerErrorMessage();
        return message.getMessage() + (message.getHint() == null ? "" : "; hint: " + message.getHint());
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(ServerWarnings.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
