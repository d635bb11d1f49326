package hedgerow.server.http;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// The log: one JSON object per line, on standard error; while a request is handled, with its id, tenant
/// and actor. Callers omit secrets, bodies and headers.
public final class Log {

    /// Loggers that warn of anything a caller can send, or of every keyword of OpenAPI. They are held here
    /// because their levels would otherwise be lost with them.
    private static final List<Logger> TALKATIVE = Stream.of(
                    "com.networknt.schema", "io.javalin", "org.eclipse.jetty.http")
            .map(Logger::getLogger)
            .toList();

    /// A logger that reports, at length, every connection that it discards.
    private static final Logger POOL = Logger.getLogger("com.zaxxer.hikari.pool.ProxyConnection");

    private static final String CLOSED_BY_US = "08003";

    private static final JsonMapper MAPPER = new JsonMapper();

    private Log() {}

    /// Writes a line.
    ///
    /// @param event a word or two
    /// @param fields the details; of values with secrets, only their names
    public static void write(Level level, String event, Map<String, ?> fields) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
        line.put("level", level == Level.WARNING ? "warn" : level.name().toLowerCase(Locale.ROOT));
        line.put("event", event);
        Exchange.underway().map(Exchange::fields).ifPresent(line::putAll);
        line.putAll(fields);
        System.err.println(MAPPER.writeValueAsString(line));
    }

    /// Writes a failure with its stack trace.
    public static void failure(String event, Throwable failure) {
        failure(Level.ERROR, event, failure, Map.of());
    }

    private static void failure(Level level, String event, Throwable failure, Map<String, ?> fields) {
        var story = new StringWriter();
        failure.printStackTrace(new PrintWriter(story, true));
        var more = new LinkedHashMap<String, Object>(fields);
        more.put("error", failure.getClass().getName());
        more.put("stack", story.toString());
        write(level, event, more);
    }

    /// Also writes the messages of libraries here from now on, warnings and above. None is lost if it already does.
    public static synchronized void adopt() {
        var root = Logger.getLogger("");
        if (Stream.of(root.getHandlers()).noneMatch(Libraries.class::isInstance)) {
            LogManager.getLogManager().reset();
            root.addHandler(new Libraries());
        }
        root.setLevel(java.util.logging.Level.WARNING);
        TALKATIVE.forEach(logger -> logger.setLevel(java.util.logging.Level.SEVERE));
        POOL.setFilter(written -> !isClosedByUs(written.getThrown()));
    }

    /// Whether a failure is a connection that the binder closed because its bind was refused; the request
    /// is answered accordingly. A connection closed by the network or the database has another state.
    private static boolean isClosedByUs(Throwable thrown) {
        return thrown instanceof SQLException failure && CLOSED_BY_US.equals(failure.getSQLState());
    }

    private static final class Libraries extends Handler {

        private static final Formatter TEXT = new SimpleFormatter();

        @Override
        public void publish(LogRecord written) {
            var level = written.getLevel() == java.util.logging.Level.SEVERE ? Level.ERROR : Level.WARNING;
            var message = TEXT.formatMessage(written);
            var fields = Map.of("logger", String.valueOf(written.getLoggerName()), "message", message);
            if (written.getThrown() == null) {
                write(level, "library", fields);
            } else {
                failure(level, "library", written.getThrown(), fields);
            }
        }

        @Override
        public void flush() {
            System.err.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }
}
