package hedgerow.rls.bind;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.TreeSet;

/// A call of a function or procedure: a prepared statement whose row is read as output parameters.
///
/// It is a proxy because nearly all of its 120 methods are those of the statement or of the row.
final class TenantCall implements InvocationHandler {

    private final TenantPreparedStatement statement;

    /// The indexes of output parameters; the n-th is the n-th column of the row.
    private final TreeSet<Integer> outputs = new TreeSet<>();

    private ResultSet row;

    private TenantCall(TenantPreparedStatement statement) {
        this.statement = statement;
    }

    static CallableStatement of(TenantPreparedStatement statement) {
        return (CallableStatement) Proxy.newProxyInstance(
                CallableStatement.class.getClassLoader(),
                new Class<?>[] {CallableStatement.class},
                new TenantCall(statement));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (isByName(method)) {
            throw Refusal.of("Parameters of a call cannot be found by name.", "Use their index.");
        }
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "registerOutParameter" -> registerOutput((Integer) arguments[0]);
            case "wasNull" -> row().wasNull();
            case "execute" -> execute(method, arguments);
            case "executeUpdate", "executeLargeUpdate" -> executeUpdate(method, arguments);
            default -> isGetter(method) ? read(method, arguments) : pass(statement, method, arguments);
        };
    }

    private static boolean isByName(Method method) {
        return method.getDeclaringClass() == CallableStatement.class
                && method.getParameterCount() > 0
                && method.getParameterTypes()[0] == String.class;
    }

    private static boolean isGetter(Method method) {
        return method.getDeclaringClass() == CallableStatement.class
                && method.getName().startsWith("get");
    }

    /// Registers an output parameter. The server leaves out arguments of type void.
    private Object registerOutput(int index) throws SQLException {
        outputs.add(index);
        statement.set(index, (s, i) -> s.setNull(i, Types.OTHER, "void"));
        return null;
    }

    private Object execute(Method method, Object[] arguments) throws Throwable {
        var isRows = (boolean) pass(statement, method, arguments);
        return isRows && takeRow();
    }

    private Object executeUpdate(Method method, Object[] arguments) throws Throwable {
        if (outputs.isEmpty()) {
            return pass(statement, method, arguments);
        }
        statement.rowsOf(statement.execute());
        takeRow();
        return method.getReturnType() == int.class ? (Object) 0 : (Object) 0L;
    }

    /// Takes the first row as output parameters.
    ///
    /// @return whether the rows still belong to the application
    private boolean takeRow() throws SQLException {
        if (outputs.isEmpty()) {
            return true;
        }
        row = statement.getResultSet();
        if (!row.next() || row.getMetaData().getColumnCount() != outputs.size()) {
            throw new SQLException(
                    "The call returned %d values for %d output parameters."
                            .formatted(row.getMetaData().getColumnCount(), outputs.size()),
                    "42601");
        }
        statement.getMoreResults(Statement.KEEP_CURRENT_RESULT);
        return false;
    }

    private ResultSet row() throws SQLException {
        if (row == null) {
            throw new SQLException(
                    "The call has not been executed. Execute it before reading its output parameters.", "55000");
        }
        return row;
    }

    /// Reads an output parameter from its column of the row.
    private Object read(Method method, Object[] arguments) throws Throwable {
        var index = (Integer) arguments[0];
        if (!outputs.contains(index)) {
            throw new SQLException(
                    "Parameter %d is not an output parameter. Call registerOutParameter for it.".formatted(index),
                    "22023");
        }
        arguments[0] = outputs.headSet(index).size() + 1;
        var getter = ResultSet.class.getMethod(method.getName(), method.getParameterTypes());
        return pass(row(), getter, arguments);
    }

    private static Object pass(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
