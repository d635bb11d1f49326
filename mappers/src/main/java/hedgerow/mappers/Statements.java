package hedgerow.mappers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ibatis.builder.xml.XMLMapperBuilder;
import org.apache.ibatis.io.Resources;
import org.apache.ibatis.io.VFS;
import org.apache.ibatis.logging.nologging.NoLoggingImpl;
import org.apache.ibatis.mapping.ResultFlag;
import org.apache.ibatis.mapping.ResultMap;
import org.apache.ibatis.mapping.ResultMapping;
import org.apache.ibatis.reflection.TypeParameterResolver;
import org.apache.ibatis.session.AutoMappingUnknownColumnBehavior;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;

/// Reads every `XMapper.xml` of this package and of those below it.
///
/// - No cache: MyBatis's default cache would serve one tenant rows that it read for another.
/// - No log: MyBatis's log prints parameters, including secrets.
/// - A record is filled by the names of its components, in one constructor call: each record that a mapper
///   returns has a result map that maps, for example, `payment_link_id` to `paymentLinkId`. Mapping by
///   position, the default, silently swaps values when two columns change places; mapping by name without a
///   result map makes a list a third slower. A column without a component is an error, and so is a
///   component without a column.
final class Statements {

    private static final String PACKAGE = "hedgerow/mappers";
    private static final String FRAGMENTS = PACKAGE + "/Paging.xml";

    private final Configuration configuration = new Configuration();

    private Statements() {}

    static Configuration read() {
        var statements = new Statements();
        statements.configure();
        statements.parse(FRAGMENTS);
        mapperFiles().forEach(statements::add);
        return statements.configuration;
    }

    private void configure() {
        configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
        configuration.setCacheEnabled(false);
        configuration.setMapUnderscoreToCamelCase(true);
        configuration.setArgNameBasedConstructorAutoMapping(true);
        configuration.setAutoMappingUnknownColumnBehavior(AutoMappingUnknownColumnBehavior.FAILING);
        configuration.setLogImpl(NoLoggingImpl.class);
        handle(UUID.class, "uuid", new ColumnType.Uuid());
        handle(Instant.class, "time", new ColumnType.Time());
        handle(Json.class, "json", new ColumnType.JsonDocument());
        handle(List.class, "texts", new ColumnType.Texts());
        handle(Collection.class, "uuids", new ColumnType.Uuids());
    }

    private <T> void handle(Class<T> type, String alias, ColumnType<? extends T> handler) {
        configuration.getTypeHandlerRegistry().register(type, handler);
        configuration.getTypeAliasRegistry().registerAlias(alias, handler.getClass());
    }

    private static Stream<String> mapperFiles() {
        try {
            return VFS.getInstance().list(PACKAGE).stream()
                    .filter(file -> file.endsWith("Mapper.xml"))
                    .sorted()
                    .distinct();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String file) {
        var mapper = type(file.replace(".xml", "").replace('/', '.'));
        Stream.of(mapper.getMethods())
                .map(method -> record(mapper, method))
                .filter(Class::isRecord)
                .distinct()
                .forEach(row -> configuration.addResultMap(resultMap(mapper, row)));
        parse(file);
    }

    private void parse(String file) {
        try (var xml = Resources.getResourceAsStream(file)) {
            new XMLMapperBuilder(xml, configuration, file, configuration.getSqlFragments()).parse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> record(Class<?> mapper, Method method) {
        return rowType(TypeParameterResolver.resolveReturnType(method, mapper));
    }

    private static Class<?> rowType(Type type) {
        return switch (type) {
            case ParameterizedType many -> rowType(many.getActualTypeArguments()[0]);
            case Class<?> one -> one;
            default -> Object.class;
        };
    }

    private ResultMap resultMap(Class<?> mapper, Class<?> row) {
        var id = mapper.getName() + "." + row.getSimpleName();
        var columns = Stream.of(row.getRecordComponents()).map(this::argument).toList();
        return new ResultMap.Builder(configuration, id, row, columns).build();
    }

    private ResultMapping argument(RecordComponent component) {
        return new ResultMapping.Builder(configuration, component.getName(), column(component), component.getType())
                .flags(List.of(ResultFlag.CONSTRUCTOR))
                .build();
    }

    private static String column(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static Class<?> type(String name) {
        try {
            return Resources.classForName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("no interface beside " + name.replace('.', '/') + ".xml", e);
        }
    }
}
