package hedgerow.rls.report;

import hedgerow.rls.review.Accepted;
import hedgerow.rls.review.Location;
import hedgerow.rls.review.RulePage;
import hedgerow.rls.review.Severity;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A report in SARIF 2.1.0, for code scanning.
///
/// A result has one location for each object: a place in a file if a file created it, otherwise its name
/// alone.
///
/// @see <a href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html">SARIF 2.1.0</a>
final class SarifReport {

    static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final Report report;
    private final Map<String, Integer> indexes = new HashMap<>();

    private SarifReport(Report report) {
        this.report = report;
    }

    static void write(Report report, Writer out) {
        JSON.writeValue(out, new SarifReport(report).log());
    }

    private ObjectNode log() {
        var log = JSON.createObjectNode().put("$schema", SCHEMA).put("version", "2.1.0");
        var run = log.putArray("runs").addObject();
        driver(run.putObject("tool").putObject("driver"));
        invocation(run.putArray("invocations").addObject());
        run.put("columnKind", "utf16CodeUnits");
        var results = run.putArray("results");
        report.groups().forEach(group -> result(results.addObject(), group));
        report.review().accepted().forEach(accepted -> suppressed(results.addObject(), accepted));
        run.set("properties", properties());
        return log;
    }

    /// The properties of the run: provenance, coverage and summary.
    private ObjectNode properties() {
        var properties = JSON.createObjectNode();
        properties.set("reviewed", JsonReport.JSON.valueToTree(report.review().provenance()));
        properties.set("coverage", JsonReport.JSON.valueToTree(report.review().coverage()));
        properties.set("summary", JsonReport.JSON.valueToTree(Summary.of(report)));
        properties.set("examined", JsonReport.JSON.valueToTree(report.review().examined()));
        return properties;
    }

    // --- the tool ------------------------------------------------------------------------------------------------

    private void driver(ObjectNode driver) {
        driver.put("name", "hedgerow review");
        driver.put("version", report.review().provenance().hedgerow());
        var rules = driver.putArray("rules");
        for (var page : report.rules()) {
            indexes.put(page.slug(), indexes.size());
            rule(rules.addObject(), page);
        }
    }

    private static void rule(ObjectNode rule, RulePage page) {
        rule.put("id", page.slug());
        rule.putObject("shortDescription").put("text", page.title());
        rule.putObject("help").put("text", page.text()).put("markdown", page.text());
        rule.putObject("defaultConfiguration").put("level", level(page.severity()));
        var properties = rule.putObject("properties");
        properties.put("security-severity", score(page.severity()));
        var tags = properties.putArray("tags").add("security").add("row-level-security");
        page.leaks().forEach(tags::add);
    }

    private void invocation(ObjectNode invocation) {
        invocation.put("executionSuccessful", true);
        invocation.put("endTimeUtc", report.review().provenance().at().toString());
        var notifications = invocation.putArray("toolExecutionNotifications");
        for (var gap : report.review().gaps()) {
            notification(notifications, "warning", gap);
        }
        notification(notifications, "note", report.review().connection());
        report.hint().ifPresent(hint -> notification(notifications, "note", hint));
        for (var assumption : report.review().assumptions()) {
            notification(notifications, "note", "assumed: " + assumption);
        }
    }

    static void notification(ArrayNode notifications, String level, String text) {
        var notification = notifications.addObject().put("level", level);
        notification.putObject("message").put("text", Visible.line(text));
    }

    // --- findings ------------------------------------------------------------------------------------------------

    private void result(ObjectNode result, Group group) {
        result.put("ruleId", group.rule());
        if (indexes.containsKey(group.rule())) {
            result.put("ruleIndex", indexes.get(group.rule()));
        }
        result.put("level", level(group.severity()));
        result.put("baselineState", group.known() ? "unchanged" : "new");
        result.putObject("message").put("text", message(group));
        var locations = result.putArray("locations");
        group.places().forEach(place -> location(locations.addObject(), place.object(), place.location()));
        result.putObject("partialFingerprints").put("hedgerow/v1", Fingerprint.of(group.first()));
        var properties = result.putObject("properties");
        group.fix().ifPresent(fix -> properties.put("fix", fix));
        group.leaks().forEach(properties.putArray("leaks")::add);
        group.leak().ifPresent(leak -> {
            properties.put("seen", leak.seen());
            leak.story().forEach(properties.putArray("story")::add);
            properties.put("script", leak.script());
        });
    }

    private void suppressed(ObjectNode result, Accepted accepted) {
        result(result, new Group(List.of(accepted.finding()), false));
        result.remove("baselineState");
        result.putArray("suppressions")
                .addObject()
                .put("kind", "external")
                .put("status", "accepted")
                .put("justification", accepted.reason());
    }

    private static String message(Group group) {
        return escaped("%s: %s".formatted(Visible.line(group.objects()), Visible.line(group.detail())));
    }

    /// Escapes brackets and backslashes, which would create links and placeholders.
    static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace("{", "{{")
                .replace("}", "}}");
    }

    static void location(ObjectNode location, String object, Optional<Location> made) {
        made.ifPresent(at -> place(location.putObject("physicalLocation"), at));
        location.putArray("logicalLocations")
                .addObject()
                .put("fullyQualifiedName", object)
                .put("kind", "object");
    }

    private static void place(ObjectNode physical, Location at) {
        physical.putObject("artifactLocation").put("uri", uri(at.file()));
        physical.putObject("region").put("startLine", at.line());
    }

    private static String uri(String file) {
        var path = file.replace('\\', '/');
        try {
            return path.startsWith("/")
                    ? new URI("file", "", path, null).toASCIIString()
                    : relative(new URI(null, null, "/" + path, null)
                            .toASCIIString()
                            .substring(1));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no file: " + file, e);
        }
    }

    /// A relative URI reference. A colon in the first step would end a scheme.
    private static String relative(String path) {
        return path.indexOf(':') >= 0 ? "./" + path : path;
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARN -> "warning";
            case INFO -> "note";
        };
    }

    /// The score by which GitHub sorts security results: high, medium, low.
    private static String score(Severity severity) {
        return switch (severity) {
            case ERROR -> "8.0";
            case WARN -> "5.5";
            case INFO -> "2.0";
        };
    }
}
