package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// Functions by which the session of a login makes and reads rows with the rights of a role that no policy
/// binds.
///
/// They run a statement for a caller who knows the secret, of which the database stores only a hash. They
/// belong to roles that the stage can become anyway, so that guessing the secret would gain nothing there.
final class Stagehands implements AutoCloseable {

    private static final String FUNCTION = """
        create function %s(secret text, statement text) returns %s
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        #variable_conflict use_column
        begin
            if sha256(convert_to(secret, 'UTF8')) is distinct from decode('%s', 'hex') then
                raise insufficient_privilege;
            end if;
            %s;
        end $$
        """;

    private static final String ALL_ROWS = "all_rows";

    private final Connection stage;
    private final String schema;
    private final String secret;
    private final Map<String, String> owners = new HashMap<>();

    private Stagehands(Connection stage, String schema, String secret) {
        this.stage = stage;
        this.schema = schema;
        this.secret = secret;
    }

    /// Creates the functions and commits them.
    ///
    /// @param tables whose owners have functions of their own
    /// @param marks of the rows that belong to somebody
    static Stagehands on(Connection stage, Catalog catalog, Collection<Relation> tables, Marks marks)
            throws SQLException {
        var secret = random();
        var hands = new Stagehands(stage, "hedgerow_" + random().substring(0, 16), secret);
        hands.execute("create schema %s; grant usage on schema %1$s to public".formatted(hands.schema));
        hands.make("change", "void", "execute statement");
        hands.make("rows", "setof text[]", "return query execute statement");
        if (!marks.tables().isEmpty()) {
            hands.make(ALL_ROWS, "setof text[]", "return query " + marks.query());
        }
        tables.stream()
                .map(Relation::owner)
                .distinct()
                .flatMap(oid -> catalog.role(oid).stream())
                .map(Role::quoted)
                .forEach(owner -> hands.owners.put(owner, "rows" + hands.owners.size()));
        for (var owner : hands.owners.entrySet()) {
            hands.make(owner.getValue(), "setof text[]", "return query execute statement");
            hands.execute("grant create on schema %s to %s".formatted(hands.schema, owner.getKey()));
            hands.execute("alter function %s.%s owner to %s".formatted(hands.schema, owner.getValue(), owner.getKey()));
            hands.execute("revoke create on schema %s from %s".formatted(hands.schema, owner.getKey()));
        }
        stage.commit();
        return hands;
    }

    String rows(String sql) {
        return call("select * from", "rows", sql);
    }

    String allRows() {
        return call("select * from", ALL_ROWS, "");
    }

    String change(String sql) {
        return call("select from", "change", sql);
    }

    String rowsAs(String owner, String sql) {
        return call("select * from", owners.get(owner), sql);
    }

    private String call(String how, String function, String sql) {
        return "%s %s.%s(%s, %s)".formatted(how, schema, function, SqlText.quote(secret), SqlText.quote(sql));
    }

    private void make(String function, String returned, String how) throws SQLException {
        execute(FUNCTION.formatted(schema + "." + function, returned, hash(secret), how));
    }

    private void execute(String sql) throws SQLException {
        try (var statement = stage.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static String random() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String hash(String secret) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        if (!stage.isClosed()) {
            stage.rollback();
            execute("drop schema %s cascade".formatted(schema));
            stage.commit();
        }
    }
}
