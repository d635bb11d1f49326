package hedgerow.rls.bind;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Calendar;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.geometric.PGpoint;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;

/// The number of round trips of each statement, counted on the wire.
class RoundTripTest {

    /// The driver makes the server keep a statement from its fifth execution on.
    private static final int PAST_THE_THRESHOLD = 9;

    @RegisterExtension
    static final Notes NOTES = new Notes();

    /// A way to set a parameter, and the type to which the statement casts it.
    record Setter(String name, String type, Set set) {

        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Set {
        void on(PreparedStatement statement, int index) throws SQLException;
    }

    static Stream<Setter> setters() {
        return Stream.of(
                new Setter("setBoolean", "boolean", (s, i) -> s.setBoolean(i, true)),
                new Setter("setByte", "smallint", (s, i) -> s.setByte(i, (byte) 1)),
                new Setter("setShort", "smallint", (s, i) -> s.setShort(i, (short) 1)),
                new Setter("setInt", "integer", (s, i) -> s.setInt(i, 1)),
                new Setter("setLong", "bigint", (s, i) -> s.setLong(i, 1)),
                new Setter("setFloat", "real", (s, i) -> s.setFloat(i, 1)),
                new Setter("setDouble", "double precision", (s, i) -> s.setDouble(i, 1)),
                new Setter("setBigDecimal", "numeric", (s, i) -> s.setBigDecimal(i, BigDecimal.ONE)),
                new Setter("setString", "text", (s, i) -> s.setString(i, "x")),
                new Setter("setBytes", "bytea", (s, i) -> s.setBytes(i, new byte[] {1})),
                new Setter("setDate", "date", (s, i) -> s.setDate(i, new Date(0))),
                new Setter("setDate calendar", "date", (s, i) -> s.setDate(i, new Date(0), Calendar.getInstance())),
                new Setter("setTime", "time", (s, i) -> s.setTime(i, new Time(0))),
                new Setter("setTime calendar", "time", (s, i) -> s.setTime(i, new Time(0), Calendar.getInstance())),
                new Setter("setTimestamp", "timestamptz", (s, i) -> s.setTimestamp(i, new Timestamp(0))),
                new Setter(
                        "setTimestamp calendar",
                        "timestamp",
                        (s, i) -> s.setTimestamp(i, new Timestamp(0), Calendar.getInstance())),
                new Setter("setNull NULL", "text", (s, i) -> s.setNull(i, Types.NULL)),
                new Setter("setNull OTHER", "jsonb", (s, i) -> s.setNull(i, Types.OTHER)),
                new Setter("setNull VARCHAR", "text", (s, i) -> s.setNull(i, Types.VARCHAR)),
                new Setter("setNull TIMESTAMP", "timestamptz", (s, i) -> s.setNull(i, Types.TIMESTAMP)),
                new Setter("setNull ARRAY", "text[]", (s, i) -> s.setNull(i, Types.ARRAY)),
                new Setter("setNull named", "uuid", (s, i) -> s.setNull(i, Types.OTHER, "uuid")),
                new Setter("setArray", "text[]", (s, i) -> s.setArray(i, array(s))),
                new Setter("setSQLXML", "text", RoundTripTest::setXml),
                new Setter("setAsciiStream", "text", (s, i) -> s.setAsciiStream(i, stream(), 1)),
                new Setter("setBinaryStream", "bytea", (s, i) -> s.setBinaryStream(i, stream(), 1)),
                new Setter("setBinaryStream to the end", "bytea", (s, i) -> s.setBinaryStream(i, stream())),
                new Setter("setCharacterStream", "text", (s, i) -> s.setCharacterStream(i, new StringReader("x"))),
                new Setter(
                        "setCharacterStream length",
                        "text",
                        (s, i) -> s.setCharacterStream(i, new StringReader("x"), 1)),
                new Setter("setObject null", "text", (s, i) -> s.setObject(i, null)),
                new Setter("setObject String", "text", (s, i) -> s.setObject(i, "x")),
                new Setter("setObject Character", "text", (s, i) -> s.setObject(i, 'x')),
                new Setter("setObject UUID", "uuid", (s, i) -> s.setObject(i, new UUID(0, 1))),
                new Setter("setObject BigInteger", "numeric", (s, i) -> s.setObject(i, BigInteger.ONE)),
                new Setter("setObject OTHER", "jsonb", (s, i) -> s.setObject(i, "{}", Types.OTHER)),
                new Setter("setObject BIGINT", "bigint", (s, i) -> s.setObject(i, "1", Types.BIGINT)),
                new Setter("setObject NUMERIC", "numeric", (s, i) -> s.setObject(i, "1.5", Types.NUMERIC, 1)),
                new Setter(
                        "setObject TIMESTAMP",
                        "timestamp",
                        (s, i) -> s.setObject(i, "2026-01-01 00:00:00", Types.TIMESTAMP)),
                new Setter(
                        "setObject java.util.Date",
                        "timestamptz",
                        (s, i) -> s.setObject(i, new java.util.Date(0), Types.TIMESTAMP)),
                new Setter("setObject LocalDate", "date", (s, i) -> s.setObject(i, LocalDate.EPOCH)),
                new Setter("setObject LocalTime", "time", (s, i) -> s.setObject(i, LocalTime.NOON)),
                new Setter("setObject OffsetTime", "timetz", (s, i) -> s.setObject(i, OffsetTime.parse("12:00:00Z"))),
                new Setter(
                        "setObject LocalDateTime",
                        "timestamp",
                        (s, i) -> s.setObject(i, LocalDateTime.of(2026, 1, 1, 0, 0))),
                new Setter(
                        "setObject OffsetDateTime",
                        "timestamptz",
                        (s, i) -> s.setObject(i, OffsetDateTime.parse("2026-01-01T00:00:00Z"))),
                new Setter("setObject PGobject", "jsonb", (s, i) -> s.setObject(i, json())),
                new Setter("setObject PGpoint", "point", (s, i) -> s.setObject(i, new PGpoint(1, 2))),
                new Setter("setObject PGInterval", "interval", (s, i) -> s.setObject(i, new PGInterval("1 day"))),
                new Setter("setObject int[]", "integer[]", (s, i) -> s.setObject(i, new int[] {1, 2})),
                new Setter("setObject String[]", "text[]", (s, i) -> s.setObject(i, new String[] {"a"})));
    }

    @ParameterizedTest
    @MethodSource("setters")
    void a_query_is_one_round_trip_with_any_parameter(Setter setter) throws Exception {
        // Columns of unbounded size, which make the driver cautious, and a distinct name for each setter.
        var sql = "select title, ?::%s::text as \"%s\" from notes.note order by id".formatted(setter.type(), setter);
        try (var connection = NOTES.oak()) {
            warmUp(connection, setter);
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(() -> assertFiveRows(connection, sql, setter)))
                        .isEqualTo(1);
            }
            connection.setAutoCommit(false);
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(() -> assertFiveRows(connection, sql, setter)))
                        .isEqualTo(1);
                assertThat(NOTES.wire().roundTrips(connection::commit)).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("setters")
    void an_update_is_one_round_trip_with_any_parameter(Setter setter) throws Exception {
        var sql = "update notes.note set title = title where ?::%s is not distinct from null or true /* %s */"
                .formatted(setter.type(), setter);
        try (var connection = NOTES.oak()) {
            warmUp(connection, setter);
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                var trips = NOTES.wire().roundTrips(() -> {
                    try (var update = connection.prepareStatement(sql)) {
                        setter.set().on(update, 1);
                        assertThat(update.executeUpdate()).isEqualTo(5);
                    }
                });
                assertThat(trips).isEqualTo(1);
            }
        }
    }

    /// Warms the type cache: the driver looks unknown types up once per connection.
    private static void warmUp(Connection connection, Setter setter) throws SQLException {
        try (var query = connection.prepareStatement("select ?::" + setter.type())) {
            setter.set().on(query, 1);
            query.executeQuery();
        }
    }

    private static void assertFiveRows(Connection connection, String sql, Setter setter) throws SQLException {
        try (var query = connection.prepareStatement(sql)) {
            setter.set().on(query, 1);
            try (var rows = query.executeQuery()) {
                for (var i = 1; i <= 5; i++) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).endsWith("of oak");
                }
                assertThat(rows.next()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stringtype=unspecified",
                "prepareThreshold=0",
                "prepareThreshold=1",
                "preferQueryMode=extendedForPrepared",
                "preferQueryMode=extendedCacheEverything",
                "binaryTransfer=false",
                "reWriteBatchedInserts=true",
                "readOnlyMode=always",
                "autosave=always"
            })
    void no_setting_of_the_driver_makes_it_more(String parameter) throws Exception {
        try (var connection = NOTES.oak(parameter)) {
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(() -> assertOneNote(connection)))
                        .isEqualTo(1);
            }
        }
    }

    private static void assertOneNote(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("select * from notes.note where title = ? and ?::text is null")) {
            query.setString(1, "note 1 of oak");
            query.setObject(2, null);
            var rows = query.executeQuery();
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("tenant")).isEqualTo("oak");
        }
    }

    @Test
    void it_stays_one_with_more_statements_than_the_driver_keeps() throws Exception {
        try (var connection = NOTES.oak("prepareThreshold=1")) {
            for (var round = 0; round < 2; round++) {
                for (var i = 0; i < 300; i++) {
                    var sql = "select count(*) from notes.note where id > ? - " + i;
                    var trips = NOTES.wire().roundTrips(() -> {
                        try (var query = connection.prepareStatement(sql)) {
                            query.setLong(1, 0);
                            query.executeQuery();
                        }
                    });
                    assertThat(trips).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void it_stays_one_after_the_server_was_asked_for_the_types() throws Exception {
        try (var connection = NOTES.oak();
                var query = connection.prepareStatement("select title from notes.note where author = ?")) {
            assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(1);
            assertThat(query.getMetaData().getColumnName(1)).isEqualTo("title");
            query.setString(1, "ann");
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(query::executeQuery)).isEqualTo(1);
            }
        }
    }

    @Test
    void a_transaction_is_one_for_its_first_statement_and_one_for_its_commit() throws Exception {
        try (var connection = NOTES.oak();
                var statement = connection.createStatement()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(() -> select(statement))).isEqualTo(1);
                assertThat(NOTES.wire().roundTrips(() -> select(statement))).isEqualTo(1);
                assertThat(NOTES.wire().roundTrips(connection::commit)).isEqualTo(1);
            }
        }
    }

    @Test
    void a_plain_statement_is_one() throws Exception {
        try (var connection = NOTES.oak();
                var statement = connection.createStatement()) {
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(() -> select(statement))).isEqualTo(1);
            }
        }
    }

    @Test
    void generated_keys_are_one() throws Exception {
        try (var connection = NOTES.oak()) {
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                var title = "key " + i;
                var trips = NOTES.wire().roundTrips(() -> {
                    try (var insert = connection.prepareStatement(
                            "insert into notes.note (title) values (?)", new String[] {"id"})) {
                        insert.setString(1, title);
                        assertThat(insert.executeUpdate()).isEqualTo(1);
                        assertThat(insert.getGeneratedKeys().next()).isTrue();
                    }
                });
                assertThat(trips).isEqualTo(1);
            }
            Notes.update(connection, "delete from notes.note where title like 'key %'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 64})
    void a_short_batch_is_one(int size) throws Exception {
        try (var connection = NOTES.oak()) {
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(() -> renameInBatch(connection, size)))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void a_long_batch_is_three() throws Exception {
        try (var connection = NOTES.oak()) {
            assertThat(NOTES.wire().roundTrips(() -> renameInBatch(connection, 65)))
                    .isEqualTo(3);
        }
    }

    private static void renameInBatch(Connection connection, int size) throws SQLException {
        try (var update = connection.prepareStatement("update notes.note set title = title where id = ?")) {
            for (var id = 1; id <= size; id++) {
                update.setLong(1, id);
                update.addBatch();
            }
            assertThat(update.executeBatch()).hasSize(size).startsWith(1);
        }
    }

    @Test
    void a_call_is_one() throws Exception {
        try (var connection = NOTES.oak();
                var call = connection.prepareCall("{? = call notes.how_many(?)}")) {
            call.registerOutParameter(1, Types.BIGINT);
            call.setLong(2, 0);
            call.execute();
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(call::execute)).isEqualTo(1);
                assertThat(call.getLong(1)).isEqualTo(5);
            }
        }
    }

    @Test
    void a_fetch_size_costs_nothing_in_auto_commit_and_streams_in_a_transaction() throws Exception {
        try (var connection = NOTES.oak();
                var statement = connection.createStatement()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            statement.setFetchSize(1);
            assertThat(NOTES.wire().roundTrips(() -> select(statement))).isEqualTo(1);
            connection.setAutoCommit(false);
            assertThat(NOTES.wire().roundTrips(() -> select(statement))).isGreaterThan(4);
            statement.setFetchSize(2);
            assertThat(NOTES.wire().roundTrips(() -> select(statement))).isEqualTo(3);
            connection.rollback();
        }
    }

    @Test
    void a_session_without_a_tenant_is_one() throws Exception {
        try (var connection = NOTES.tenants().getConnection(Tenant.none());
                var statement = connection.createStatement()) {
            for (var i = 0; i < PAST_THE_THRESHOLD; i++) {
                assertThat(NOTES.wire().roundTrips(() -> statement.executeQuery("select * from notes.note")))
                        .isEqualTo(1);
            }
        }
    }

    private static void select(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery("select title from notes.note order by id limit 5")) {
            var titles = List.of(1, 2, 3, 4, 5).iterator();
            while (rows.next()) {
                assertThat(rows.getString(1)).isEqualTo("note " + titles.next() + " of oak");
            }
            assertThat(titles.hasNext()).isFalse();
        }
    }

    private static java.sql.Array array(PreparedStatement statement) throws SQLException {
        return statement.getConnection().createArrayOf("text", new String[] {"a", "b"});
    }

    private static void setXml(PreparedStatement statement, int index) throws SQLException {
        var xml = statement.getConnection().createSQLXML();
        xml.setString("<a/>");
        statement.setSQLXML(index, xml);
    }

    private static ByteArrayInputStream stream() {
        return new ByteArrayInputStream("x".getBytes(StandardCharsets.US_ASCII));
    }

    private static PGobject json() throws SQLException {
        var json = new PGobject();
        json.setType("jsonb");
        json.setValue("{}");
        return json;
    }
}
