package hedgerow.sql;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The address and the login of a database, in the URL syntax of libpq and JDBC.
///
/// It reads `postgresql://`, `postgres://` and `jdbc:postgresql://`, and writes either form. [#toString()]
/// omits the password, so that it may appear in any message.
///
/// @param parameters by their libpq names (`sslmode`, `channel_binding`, `options`, ...); a parameter that
///     libpq has no name for keeps its JDBC name
/// @see <a href="https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS">PostgreSQL
///     18, 32.1.1.2</a>
public record DatabaseUrl(
        String host,
        int port,
        String database,
        Optional<String> user,
        Optional<String> password,
        Map<String, String> parameters) {

    private static final int DEFAULT_PORT = 5432;
    private static final int LAST_PORT = 65_535;

    private static final Pattern FORM = Pattern.compile("(?<jdbc>jdbc:)?postgres(ql)?://"
            + "((?<user>[^:@/?\\s]*)(:(?<password>[^@/?\\s]*))?@)?"
            + "(?<host>\\[[0-9a-fA-F:.]+]|[^:/?\\s]*)(:(?<port>[^/?\\s]*))?"
            + "(/(?<database>[^?\\s]*))?(\\?(?<parameters>\\S*))?");

    /// The libpq parameters that JDBC calls by another name.
    private static final Map<String, String> JDBC_NAMES = Map.of(
            "application_name", "ApplicationName",
            "channel_binding", "channelBinding",
            "connect_timeout", "connectTimeout",
            "gssencmode", "gssEncMode",
            "sslnegotiation", "sslNegotiation");

    public DatabaseUrl {
        parameters = Map.copyOf(parameters);
    }

    /// Parses a URL.
    ///
    /// @throws IllegalArgumentException if `text` is not such a URL; the message omits anything that may be
    ///     a password
    public static DatabaseUrl parse(String text) {
        var url = FORM.matcher(text);
        if (!url.matches()) {
            throw new IllegalArgumentException(
                    "a database URL looks like postgresql://user@host:port/database?sslmode=require"
                            + " or jdbc:postgresql://host:port/database; percent-encode special characters");
        }
        var parameters = parameters(url.group("parameters"));
        var user = first(url.group("user"), parameters.remove("user"));
        var password = first(url.group("password"), parameters.remove("password"));
        var host = first(url.group("host"), parameters.remove("host")).orElseGet(() -> defaultHost(url.group("jdbc")));
        var port = first(url.group("port"), parameters.remove("port"));
        var database = first(url.group("database"), parameters.remove("dbname")).or(() -> user);
        return new DatabaseUrl(
                tcp(host),
                port.map(DatabaseUrl::number).orElse(DEFAULT_PORT),
                database.orElseGet(() -> System.getProperty("user.name")),
                user,
                password,
                parameters);
    }

    public DatabaseUrl withDatabase(String other) {
        return new DatabaseUrl(host, port, other, user, password, parameters);
    }

    public DatabaseUrl withUser(String other, Optional<String> itsPassword) {
        return new DatabaseUrl(host, port, database, Optional.of(other), itsPassword, parameters);
    }

    public DatabaseUrl withParameter(String name, String value) {
        var more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return new DatabaseUrl(host, port, database, user, password, more);
    }

    /// The libpq form, `postgresql://user:password@host:port/database?sslmode=require`.
    public String libpq() {
        var account = user.map(DatabaseUrl::encoded).orElse("")
                + password.map(secret -> ":" + encoded(secret)).orElse("");
        return "postgresql://%s%s%s"
                .formatted(account, account.isEmpty() ? "" : "@", address(query(Map.of(), (name, value) -> name)));
    }

    /// The JDBC form, `jdbc:postgresql://host:port/database?sslmode=require&user=...&password=...`.
    public String jdbc() {
        var account = new LinkedHashMap<String, String>();
        user.ifPresent(name -> account.put("user", name));
        password.ifPresent(secret -> account.put("password", secret));
        return "jdbc:postgresql://" + address(query(account, (name, value) -> JDBC_NAMES.getOrDefault(name, name)));
    }

    /// The JDBC form without user and password, which may be displayed.
    public String jdbcAddress() {
        return withoutAccount().jdbc();
    }

    /// Opens a connection; without a password the driver looks into the user's password file, as libpq
    /// does.
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbc());
    }

    /// The libpq form without the password.
    @Override
    public String toString() {
        return new DatabaseUrl(host, port, database, user, Optional.empty(), parameters).libpq();
    }

    private DatabaseUrl withoutAccount() {
        return new DatabaseUrl(host, port, database, Optional.empty(), Optional.empty(), parameters);
    }

    private String address(String query) {
        return "%s:%d/%s%s%s".formatted(host, port, encoded(database), query.isEmpty() ? "" : "?", query);
    }

    private String query(Map<String, String> first, BiFunction<String, String, String> naming) {
        var sorted = parameters.entrySet().stream().sorted(Map.Entry.comparingByKey());
        return Stream.concat(first.entrySet().stream(), sorted)
                .map(entry -> naming.apply(entry.getKey(), entry.getValue()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    /// The part of the URL itself, otherwise the parameter with the same meaning, which is already decoded.
    private static Optional<String> first(String part, String parameter) {
        return part == null || part.isEmpty() ? Optional.ofNullable(parameter) : Optional.of(decoded(part));
    }

    /// The host of a URL that names none. For JDBC it is this machine by TCP; for libpq it is a Unix
    /// socket, on which another server may listen.
    private static String defaultHost(String jdbc) {
        if (jdbc == null) {
            throw new IllegalArgumentException("the database URL has no host, which means a Unix socket to psql;"
                    + " sockets are not supported: write postgresql://localhost/database");
        }
        return "localhost";
    }

    private static String tcp(String host) {
        if (host.startsWith("/") || host.contains(",")) {
            throw new IllegalArgumentException(
                    "give one host name: neither Unix sockets nor several hosts are supported");
        }
        return host;
    }

    private static int number(String port) {
        var number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
        if (number < 1 || number > LAST_PORT) {
            throw new IllegalArgumentException("the port of a database URL is a number from 1 to " + LAST_PORT);
        }
        return number;
    }

    private static Map<String, String> parameters(String query) {
        if (query == null) {
            return new LinkedHashMap<>();
        }
        var libpqNames =
                JDBC_NAMES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
        return Arrays.stream(query.split("&"))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> libpqNames.getOrDefault(decoded(pair[0]), decoded(pair[0])),
                        pair -> pair.length > 1 ? decoded(pair[1]) : "",
                        (first, last) -> last,
                        LinkedHashMap::new));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a % in a database URL begins a percent-encoded character; write %25");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
