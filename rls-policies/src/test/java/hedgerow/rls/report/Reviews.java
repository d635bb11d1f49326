package hedgerow.rls.report;

import hedgerow.rls.report.AccessMatrix.Becomes;
import hedgerow.rls.report.AccessMatrix.Cell;
import hedgerow.rls.report.AccessMatrix.Row;
import hedgerow.rls.report.AccessMatrix.Verdict;
import hedgerow.rls.review.Accepted;
import hedgerow.rls.review.Coverage;
import hedgerow.rls.review.Examined;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Location;
import hedgerow.rls.review.Provenance;
import hedgerow.rls.review.Review;
import hedgerow.rls.review.ReviewedRole;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// A review with everything in it, and names that attack whoever prints them.
final class Reviews {

    static final String HOSTILE = "app.\"\"\"><script>alert(1)</script>|`\033[31m\r\n::error::%,:\u202e]]>&amp;\"";

    static final Finding NOT_FORCED = finding(
            "rls-not-forced",
            Severity.ERROR,
            "app.invoice",
            "row security does not bind the owner billing",
            Optional.of("alter table app.invoice force row level security"),
            Optional.of(new Location("db/schema one.sql", 12)));

    static final Finding ATTACK = finding(
            "policy-always-true",
            Severity.WARN,
            HOSTILE,
            "policy p of " + HOSTILE + " is always true for @everyone",
            Optional.of("drop policy p on " + HOSTILE + ";\n-- then ``` again"),
            Optional.of(new Location("a,b:c%.sql", 3)));

    static final Finding NOTE = finding(
            "policies-without-rls",
            Severity.INFO,
            "app.note",
            "2 policies do nothing",
            Optional.empty(),
            Optional.empty());

    private Reviews() {}

    static Finding finding(
            String rule,
            Severity severity,
            String object,
            String detail,
            Optional<String> fix,
            Optional<Location> location) {
        return new Finding(rule, List.of("A04"), severity, object, detail, fix, location);
    }

    static Review of(List<Finding> findings) {
        return new Review(
                new Provenance(
                        Instant.parse("2026-03-04T05:06:07Z"),
                        "1.2.3",
                        "18.6",
                        "database shop on localhost:5432",
                        Optional.of("billing")),
                new Coverage(List.of("app"), 3, 2, 1, 4, 130),
                "PostgreSQL 18.6, database shop",
                "row security does not bind billing, the role of this connection: it owns 1 table without FORCE",
                List.of("schema.sql:7: extension \"postgis\" is not available"),
                List.of("tenant column: organization_id, from 3 policies"),
                List.of(
                        new ReviewedRole(
                                "billing", true, false, "owns 1 table without FORCE", List.of("clerk", HOSTILE)),
                        new ReviewedRole("clerk", false, true, "", List.of())),
                findings,
                List.of(new Accepted(NOTE, "a | table of notes", Optional.of(LocalDate.of(2027, 1, 31)))),
                List.of(new Examined("function app.f()", "was not read", "reads one currency | no tenant")));
    }

    static AccessMatrix access() {
        var fenced = new Cell(Verdict.FENCED, List.of("members", "fence"));
        var none = new Cell(Verdict.NONE, List.of());
        return new AccessMatrix(
                List.of(
                        new Row("billing", "app.invoice", new Cell(Verdict.OPEN, List.of()), fenced, none, none),
                        new Row("clerk", HOSTILE, fenced, new Cell(Verdict.DENIED, List.of("fence")), none, none)),
                List.of(),
                List.of(new Becomes("billing", "", true, List.of(new Becomes(HOSTILE, "set", false, List.of())))));
    }

    static Report report() {
        return report(Baseline.none(), NOT_FORCED, ATTACK, NOTE);
    }

    static Report report(Baseline baseline, Finding... findings) {
        return new Report(
                of(List.of(findings)),
                RuleCatalog.load().pages(),
                access(),
                baseline,
                Severity.WARN,
                false,
                Optional.of("looks like Supabase: --preset supabase"));
    }

    static String written(Report report, Format format) {
        return written(report, format, false);
    }

    static String written(Report report, Format format, boolean colour) {
        try {
            var out = new StringWriter();
            report.write(format, colour, out);
            return out.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
