package hedgerow.mappers;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.mapping.SqlCommandType;
import org.apache.ibatis.reflection.ParamNameResolver;
import org.apache.ibatis.session.Configuration;

/// A statement of a mapper, found in the configuration.
record Mapped(MappedStatement statement, Class<?> mapper, Method method) {

    private static final Pattern TABLE = Pattern.compile("\\b(?:from|update|into|join)\\s+app\\.(\\w+)(?!\\w|\\()");

    static Stream<Mapped> all(Configuration statements) {
        return statements.getMapperRegistry().getMappers().stream()
                .flatMap(mapper -> Stream.of(mapper.getMethods())
                        .filter(method -> !method.isBridge())
                        .map(method -> new Mapped(
                                statements.getMappedStatement(mapper.getName() + "." + method.getName()),
                                mapper,
                                method)))
                .sorted((a, b) -> a.statement.getId().compareTo(b.statement.getId()));
    }

    boolean writes() {
        return statement.isDirtySelect() || statement.getSqlCommandType() != SqlCommandType.SELECT;
    }

    /// Whether it runs before a tenant is known: functions only, tried in [SignInMapperTest].
    boolean signsIn() {
        return mapper.getPackageName().endsWith(".auth");
    }

    /// Whether the worker runs it, as another login: the worker's tests try it.
    boolean works() {
        return mapper.getPackageName().endsWith(".work");
    }

    BoundSql sql(Object[] arguments) {
        return statement.getBoundSql(
                new ParamNameResolver(statement.getConfiguration(), method).getNamedParams(arguments));
    }

    /// The first table that the statement names; empty if it calls functions only.
    Optional<String> table(Object[] arguments) {
        return TABLE.matcher(sql(arguments).getSql())
                .results()
                .map(table -> table.group(1))
                .findFirst();
    }

    @Override
    public String toString() {
        return mapper.getSimpleName() + "." + method.getName();
    }
}
