package hedgerow.server.cli;

import hedgerow.sql.NamedTenant;
import hedgerow.sql.ScriptFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reports the progress of a run over all tenants, and the result for each.
final class TenantReport {

    private static final int BAR = 30;

    private final List<NamedTenant> tenants;
    private final String outcome;
    private final PrintWriter err;
    private final boolean isTerminal =
            System.console() != null && System.console().isTerminal();
    private final List<Line> lines = new ArrayList<>();
    private NamedTenant current;
    private Instant begun;

    /// A report.
    ///
    /// @param outcome the word for success
    TenantReport(List<NamedTenant> tenants, String outcome, PrintWriter err) {
        this.tenants = tenants;
        this.outcome = outcome;
        this.err = err;
    }

    private record Line(NamedTenant tenant, String status, String detail) {}

    void begin(NamedTenant tenant) {
        current = tenant;
        begun = Instant.now();
        if (isTerminal) {
            var filled = BAR * lines.size() / tenants.size();
            err.printf(
                    "[%s%s] %d/%d%n", "#".repeat(filled), ".".repeat(BAR - filled), lines.size() + 1, tenants.size());
        } else {
            err.printf("%d/%d %s%n", lines.size() + 1, tenants.size(), tenant.slug());
        }
        err.flush();
    }

    void succeed() {
        add("ok", "");
    }

    void fail(ScriptFailure failure) {
        err.println(failure);
        add("failed", failure.getMessage().lines().findFirst().orElse(""));
    }

    void skip(NamedTenant tenant) {
        lines.add(new Line(tenant, "skipped", ""));
    }

    long failures() {
        return count("failed");
    }

    void print() {
        var width = tenants.stream()
                .mapToInt(tenant -> tenant.slug().length())
                .max()
                .orElse(0);
        err.println();
        lines.forEach(line -> err.println("%-8s %s  %s"
                .formatted(line.status(), padded(line.tenant().slug(), width), line.detail())
                .stripTrailing()));
        err.printf("%d ok (%s), %d failed, %d skipped%n", count("ok"), outcome, failures(), count("skipped"));
        err.flush();
    }

    private void add(String status, String why) {
        var taken = Duration.between(begun, Instant.now()).toMillis();
        lines.add(new Line(current, status, "%6d ms  %s".formatted(taken, why)));
    }

    private long count(String status) {
        return lines.stream().filter(line -> line.status().equals(status)).count();
    }

    private static String padded(String slug, int width) {
        return slug + " ".repeat(width - slug.length());
    }
}
