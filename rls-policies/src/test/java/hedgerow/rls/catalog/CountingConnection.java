package hedgerow.rls.catalog;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;

/// Counts the statements that a connection makes.
final class CountingConnection {

    private final Connection counted;
    private int statements;

    CountingConnection(Connection connection) {
        counted = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().endsWith("Statement")) {
                        statements++;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    Connection connection() {
        return counted;
    }

    int statements() {
        return statements;
    }
}
