package hedgerow.rls.bind;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/// Bugs that a binder could have, one at a time, to see whether [Fuzz] notices them.
enum Sabotage {
    NONE,

    // Around the binder

    /// One statement in ten is sent without the bind call.
    BIND_SKIPPED_AT_TIMES,
    /// The variables are set with `set_config(..., false)` and stay on the pooled connection.
    SESSION_VARIABLES,
    /// One place holds the bound tenant of all threads.
    TENANT_OF_ANOTHER_THREAD,
    /// The planner keeps the tenant for which it planned first.
    IMMUTABLE_ACCESSOR,
    /// One execution in ten is skipped, as if an error had been swallowed.
    ERRORS_SWALLOWED,
    /// A pipeline ends with ROLLBACK.
    COMMIT_LOST,

    // In it: a method of the binder does nothing

    NO_ROLLBACK("TenantConnection", "failed"),
    NO_SCOPE_CHECK("TenantConnection", "checkScope"),
    NO_BIND_BEFORE_SAVEPOINT("TenantConnection", "bindIfInTransaction"),
    NO_RULES("StatementRules", "check"),
    NO_TRANSACTION_MODES("Preamble", "modes");

    private static volatile List<Object> lastBound = List.of();

    private final String className;
    private final String method;

    Sabotage() {
        this("", "");
    }

    Sabotage(String className, String method) {
        this.className = className;
        this.method = method;
    }

    // Around the binder

    BindCall call() {
        return switch (this) {
            case SESSION_VARIABLES -> sql(Notes.CALL.sql().replace("true", "false"), Notes.CALL.arguments());
            case TENANT_OF_ANOTHER_THREAD ->
                sql(Notes.CALL.sql(), (tenant, backend) -> {
                    lastBound = List.of(tenant.id(), tenant.actor());
                    Thread.yield();
                    return lastBound;
                });
            default -> Notes.CALL;
        };
    }

    private static BindCall sql(String sql, BindCall.Arguments arguments) {
        return new BindCall(sql, arguments, Notes.CALL.variables(), BindCall.Prepared.KEPT);
    }

    DataSource wrap(DataSource source) {
        return switch (this) {
            case BIND_SKIPPED_AT_TIMES -> changing(source, Sabotage::withoutBind, false);
            case COMMIT_LOST -> changing(source, sql -> sql.replace(Preamble.COMMIT, "\n;rollback"), false);
            case ERRORS_SWALLOWED -> changing(source, UnaryOperator.identity(), true);
            default -> source;
        };
    }

    String damage() {
        return this == IMMUTABLE_ACCESSOR ? "alter function notes.tenant() immutable" : "";
    }

    private static String withoutBind(String sql) {
        return once() ? sql.replace("select set_config('notes.tenant', ?, true)", "select ?::text") : sql;
    }

    private static boolean once() {
        return ThreadLocalRandom.current().nextInt(10) == 0;
    }

    private static DataSource changing(DataSource source, UnaryOperator<String> change, boolean skips) {
        return proxy(
                DataSource.class,
                source,
                (method, result) -> method.equals("getConnection")
                        ? proxy(
                                Connection.class,
                                (Connection) result,
                                change,
                                (name, made) -> skips && name.equals("prepareStatement")
                                        ? skipping((PreparedStatement) made)
                                        : made)
                        : result);
    }

    private static PreparedStatement skipping(PreparedStatement statement) {
        return (PreparedStatement) Proxy.newProxyInstance(
                Sabotage.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, arguments) ->
                        method.getName().equals("execute") && once() ? false : pass(statement, method, arguments));
    }

    @FunctionalInterface
    private interface After {
        Object change(String method, Object result);
    }

    private static <T> T proxy(Class<T> type, T target, After after) {
        return proxy(type, target, UnaryOperator.identity(), after);
    }

    private static <T> T proxy(Class<T> type, T target, UnaryOperator<String> change, After after) {
        return type.cast(Proxy.newProxyInstance(
                Sabotage.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof String sql) {
                        arguments[0] = change.apply(sql);
                    }
                    return after.change(method.getName(), pass(target, method, arguments));
                }));
    }

    private static Object pass(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    // Loads the binder and its tests with one method that does nothing.

    /// Loads the binder and its tests with one method that does nothing.
    ClassLoader loader() {
        var parent = Sabotage.class.getClassLoader();
        return className.isEmpty()
                ? parent
                : new ClassLoader(parent) {
                    @Override
                    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                        synchronized (getClassLoadingLock(name)) {
                            var known = findLoadedClass(name);
                            if (known != null) {
                                return known;
                            }
                            return name.startsWith(packageName()) ? define(name) : super.loadClass(name, resolve);
                        }
                    }

                    private Class<?> define(String name) {
                        var bytes = bytes(name);
                        var changed = name.equals(packageName() + className) ? emptied(bytes) : bytes;
                        return defineClass(name, changed, 0, changed.length);
                    }
                };
    }

    private static String packageName() {
        return Sabotage.class.getPackageName() + ".";
    }

    private static byte[] bytes(String name) {
        try (var in = Sabotage.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] emptied(byte[] bytes) {
        var file = ClassFile.of();
        var model = file.parse(bytes);
        if (model.methods().stream().noneMatch(this::isTarget)) {
            throw new IllegalStateException("there is no method %s in %s any more".formatted(method, className));
        }
        return file.transformClass(model, ClassTransform.transformingMethods(this::isTarget, (builder, element) -> {
            if (element instanceof CodeModel code) {
                var type = code.parent().orElseThrow().methodTypeSymbol();
                builder.withCode(body -> returnNothing(body, type));
            } else {
                builder.with(element);
            }
        }));
    }

    private boolean isTarget(MethodModel candidate) {
        return candidate.methodName().equalsString(method);
    }

    private static void returnNothing(CodeBuilder body, MethodTypeDesc type) {
        switch (type.returnType().descriptorString()) {
            case "V" -> body.return_();
            case "Ljava/lang/String;" -> body.ldc("").areturn();
            default -> throw new IllegalStateException("no way to empty a method that returns " + type.returnType());
        }
    }
}
