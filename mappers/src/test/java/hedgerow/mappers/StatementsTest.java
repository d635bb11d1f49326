package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.mappers.customer.CustomerMapper;
import hedgerow.sql.HedgerowDatabase;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ibatis.builder.xml.XMLMapperBuilder;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.mapping.ParameterMapping;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.defaults.DefaultSqlSessionFactory;
import org.apache.ibatis.transaction.managed.ManagedTransactionFactory;
import org.apache.ibatis.type.UnknownTypeHandler;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The pitfalls of MyBatis: each test shows that its default settings fall into one and that ours do not.
class StatementsTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    private static final String XML = """
        <!DOCTYPE mapper PUBLIC "-//mybatis.org//DTD Mapper 3.0//EN" "mybatis-3-mapper.dtd">
        <mapper namespace="%s">
          <select id="slug" resultType="string">select slug from app.organization</select>
          <select id="pair" resultType="%s">select 'right' as right_side, 'left' as left_side</select>
          <select id="more" resultType="%s">select 'l' as left_side, 'r' as right_side, 1 as more</select>
        </mapper>
        """.formatted(Traps.class.getName(), Pair.class.getName(), Pair.class.getName());

    interface Traps {
        String slug();

        Pair pair();

        Pair more();
    }

    record Pair(String leftSide, String rightSide) {}

    @Test
    void the_tenant_after_sees_its_own_rows_and_not_those_of_the_tenant_before() throws SQLException {
        assertThat(slugs(new Configuration())).containsExactly("acme", "acme");
        assertThat(slugs(Statements.read())).containsExactly("acme", "globex");
    }

    @Test
    void a_record_is_filled_by_name_whatever_the_order_of_the_columns() throws SQLException {
        assertThat(pair(new Configuration())).isEqualTo(new Pair("right", "left"));
        assertThat(pair(Statements.read())).isEqualTo(new Pair("left", "right"));
    }

    @Test
    void a_column_without_a_component_is_an_error() throws SQLException {
        try (var connection = DATABASE.app()) {
            assertThat(session(new Configuration(), connection)
                            .getMapper(Traps.class)
                            .more())
                    .isNotNull();
            assertThatThrownBy(() -> session(Statements.read(), connection)
                            .getMapper(Traps.class)
                            .more())
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("more");
        }
    }

    @Test
    void every_record_that_a_mapper_returns_is_filled_by_its_constructor() {
        var maps = Mapped.all(Statements.read())
                .flatMap(mapped -> mapped.statement().getResultMaps().stream())
                .filter(map -> map.getType().isRecord());
        assertThat(maps)
                .isNotEmpty()
                .allSatisfy(map -> assertThat(map.getConstructorResultMappings())
                        .as(map.getId())
                        .hasSameSizeAs(map.getType().getRecordComponents()));
    }

    @Test
    void nothing_is_cached_and_nothing_that_was_bound_is_logged() {
        var statements = Statements.read();
        assertThat(statements.isCacheEnabled()).isFalse();
        assertThat(statements.getCacheNames()).isEmpty();
        assertThat(statements.getLogImpl().getSimpleName()).isEqualTo("NoLoggingImpl");
    }

    @Test
    void every_mapper_file_is_read_and_every_method_has_its_statement() {
        var statements = Statements.read();
        assertThat(statements.getMapperRegistry().getMappers())
                .contains(CustomerMapper.class)
                .allSatisfy(mapper -> assertThat(mapper.getMethods())
                        .allSatisfy(
                                method -> assertThat(statements.hasStatement(mapper.getName() + "." + method.getName()))
                                        .as("%s", method)
                                        .isTrue()));
    }

    /// For a NULL without a type the driver has to ask the server, so that a bound statement is no longer
    /// one round trip.
    @Test
    void nullable_values_are_sent_under_their_type() {
        var untyped = Mapped.all(Statements.read())
                .filter(Mapped::writes)
                .flatMap(statement -> nullable(statement)
                        .filter(parameter -> parameter.getJdbcType() == null
                                && parameter.getTypeHandler() instanceof UnknownTypeHandler)
                        .map(parameter -> statement + " " + parameter.getProperty()));
        assertThat(untyped).isEmpty();
    }

    private static Stream<ParameterMapping> nullable(Mapped statement) {
        var values = new Arguments(DEMO.tenant("acme"), new UUID(0, 0), name -> List.of(new UUID(0, 0)))
                .of(statement)
                .getFirst();
        var columns =
                statement.table(values).map(StatementsTest::nullableColumns).orElse(List.of());
        return statement.sql(values).getParameterMappings().stream()
                .filter(parameter -> parameter.getProperty().matches("(created|change|tier)\\..*"))
                .filter(parameter -> columns.contains(parameter
                        .getProperty()
                        .replaceFirst(".*\\.", "")
                        .replaceAll("([A-Z])", "_$1")
                        .toLowerCase()));
    }

    private static List<String> nullableColumns(String table) {
        return DEMO.strings("select attname from pg_attribute where attrelid = 'app.%s'::regclass and not attnotnull"
                .formatted(table));
    }

    private static List<String> slugs(Configuration configuration) throws SQLException {
        try (var connection = DATABASE.admin();
                var session = session(configuration, connection)) {
            connection.setAutoCommit(false);
            become(connection, "set local role hedgerow_app");
            return List.of(
                    slug(session, connection, DEMO.tenant("acme").organization()),
                    slug(session, connection, DEMO.tenant("globex").organization()));
        }
    }

    /// In plain mode the variables are trusted, so that the tenant can change within the transaction.
    private static String slug(SqlSession session, Connection connection, UUID tenant) throws SQLException {
        become(connection, "set local app.organization_id = '%s'".formatted(tenant));
        become(connection, "set local app.role = 'owner'");
        return session.getMapper(Traps.class).slug();
    }

    private static void become(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Pair pair(Configuration configuration) throws SQLException {
        try (var connection = DATABASE.app();
                var session = session(configuration, connection)) {
            return session.getMapper(Traps.class).pair();
        }
    }

    private static SqlSession session(Configuration configuration, Connection connection) {
        var xml = new ByteArrayInputStream(XML.getBytes(StandardCharsets.UTF_8));
        new XMLMapperBuilder(xml, configuration, "traps", configuration.getSqlFragments()).parse();
        configuration.setEnvironment(
                new Environment("test", new ManagedTransactionFactory(), DATABASE.dataSource("hedgerow_app")));
        return new DefaultSqlSessionFactory(configuration).openSession(connection);
    }
}
