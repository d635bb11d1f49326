package hedgerow.rls.bind;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.core.Parser;

/// The one statement that binds a transaction to a tenant.
///
///     BindCall.plain()                                             the reference system, in plain mode
///     BindCall.sealed(key)                                         the same in sealed mode
///     BindCall.variables("app.tenant", "app.user")                 your own variables, without any function
///     new BindCall("select auth.enter(?)", (t, backend) -> List.of(t.id()), List.of("auth.tenant"), Prepared.KEPT)
///
/// It must set variables for the transaction only (`set_config(..., true)`, `SET LOCAL`), and fail if the
/// tenant may not be bound.
///
/// @param sql one SELECT; its parameters are `?`
/// @param arguments their values, in order
/// @param variables every variable it sets: blanked for [Tenant#none()], and not to be set by other
///     statements
/// @param prepared how long the server keeps it as a prepared statement, which attacker-supplied SQL could
///     replace
public record BindCall(String sql, Arguments arguments, List<String> variables, Prepared prepared) {

    private static final List<String> REFERENCE =
            List.of("app.organization_id", "app.actor", "app.role", "app.livemode", "app.seal");

    /// The names that PostgreSQL accepts for variables. It does not distinguish capitals.
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)+");

    /// Turns row security on, so that a session or a role that turned it off gets rows instead of errors.
    private static final String ROW_SECURITY = "set_config('row_security', 'on', true)";

    public BindCall {
        variables = List.copyOf(variables);
        if (!isOneStatement(sql)) {
            throw new IllegalArgumentException("The bind call is not one statement. Pass one SELECT.");
        }
        if (variables.isEmpty()) {
            throw new IllegalArgumentException("The bind call has no variables. Name every variable that it sets.");
        }
        for (var variable : variables) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw new IllegalArgumentException(
                        "`%s` is not the name of a variable. Use two or more words of letters,".formatted(variable)
                                + " digits and underscores, separated by dots: shop.tenant");
            }
        }
    }

    private static boolean isOneStatement(String sql) {
        try {
            return Parser.parseJdbcSql(sql + Preamble.COMMIT, true, true, true, false, false)
                            .size()
                    == 2;
        } catch (SQLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// The parts of a pipeline that the server keeps prepared.
    public enum Prepared {
        /// The bind call and the statement behind it, as the driver keeps statements.
        KEPT,
        /// The statement, but not the call: the server parses that anew each time, so that no other
        /// statement gets its arguments. The call must itself refuse a session in which SQL has prepared
        /// statements. For connections that reach the server directly.
        STATEMENT_KEPT,
        /// Neither of them: a pooler keeps named statements, and sends them on under names of its own.
        NEVER
    }

    /// The arguments for a tenant: a `String`, `UUID`, `Boolean`, `byte[]`, `OffsetDateTime` or number each,
    /// never null.
    @FunctionalInterface
    public interface Arguments {

        List<Object> of(Tenant tenant, Backend backend) throws SQLException;
    }

    /// The server process behind a connection.
    public interface Backend {

        /// Its process id, which another process may get once this one has ended.
        int pid();

        /// The time at which it started. The first call queries the server, in a round trip of its own; the
        /// result is kept as long as the connection.
        Instant start() throws SQLException;
    }

    /// `app.bind` of the reference system in plain mode.
    public static BindCall plain() {
        return new BindCall(
                "select app.bind(nullif(?, '')::uuid, ?, ?)",
                (tenant, backend) -> List.of(tenant.id(), tenant.actor(), tenant.live()),
                REFERENCE,
                Prepared.KEPT);
    }

    /// `app.bind` in sealed mode, on connections that reach the server directly: a token is valid on one
    /// backend only, the one with that process id that began at that time. Each new connection therefore
    /// costs one more round trip, once.
    ///
    /// @param key the bind key, 32 to 64 bytes: the file that `hedgerow keys create` wrote, decoded from
    ///     hexadecimal
    public static BindCall sealed(byte[] key) {
        return sealed(new Sealer(key), true);
    }

    /// `app.bind` in sealed mode through a pooler such as PgBouncer, where backends change: a token is valid
    /// on any backend until it expires.
    public static BindCall sealedThroughPooler(byte[] key) {
        return sealed(new Sealer(key), false);
    }

    private static BindCall sealed(Sealer sealer, boolean direct) {
        return new BindCall(
                "select app.bind(nullif(?, '')::uuid, ?, ?, ?, ?, ?)",
                (tenant, backend) -> sealer.arguments(tenant, direct ? Sealer.name(backend) : ""),
                REFERENCE,
                direct ? Prepared.STATEMENT_KEPT : Prepared.NEVER);
    }

    /// Variables of your own, set with `set_config`, without any function.
    ///
    /// @param tenant the variable that takes [Tenant#id()]
    /// @param actor the variable that takes [Tenant#actor()]
    public static BindCall variables(String tenant, String actor) {
        return setting(List.of(tenant, actor), (bound, backend) -> List.of(bound.id(), bound.actor()));
    }

    /// One variable of your own, set with `set_config`, that takes [Tenant#id()].
    public static BindCall variable(String tenant) {
        return setting(List.of(tenant), (bound, backend) -> List.of(bound.id()));
    }

    private static BindCall setting(List<String> variables, Arguments arguments) {
        var sql = variables.stream()
                .map("set_config('%s', ?, true)"::formatted)
                .collect(Collectors.joining(", ", "select ", ", " + ROW_SECURITY));
        return new BindCall(sql, arguments, variables, Prepared.KEPT);
    }

    /// The statements that set every variable to nothing. Names are quoted, for one of their words may be a
    /// keyword.
    List<String> blank() {
        return variables.stream()
                .map(variable -> "set local \"" + variable.replace(".", "\".\"") + "\" = ''")
                .toList();
    }
}
