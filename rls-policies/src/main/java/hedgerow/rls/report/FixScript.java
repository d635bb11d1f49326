package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Fix;
import hedgerow.rls.prove.Fixes;
import hedgerow.rls.prove.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Fixes as a script for psql, with comments on the cells that each closes, its changes, and the access
/// that it takes away.
///
/// @param of the server and database: `PostgreSQL 18.6, schema.sql`
/// @param scratch name of the scratch database that the files were loaded into, which differs from the real
///     one
public record FixScript(Fixes fixes, String of, Optional<String> scratch) {

    private static final List<String> VERIFIED = List.of(
            "Each was verified on a scratch copy, after those before it: there the claims that it closes were proved,",
            "somebody still got by, and no other claim was worse than before. Read what each one takes, and try it on",
            "a copy with your data before you run it.");

    /// The summary, such as `3 fixes close 12 of 14 refuted cells`.
    public String summary() {
        var refuted = Words.count(fixes.refuted(), "refuted cell");
        return fixes.fixes().isEmpty()
                ? "no fix was found for " + refuted
                : "%d of %s closed by %s"
                        .formatted(
                                fixes.refuted() - fixes.left().size(),
                                refuted,
                                verified(fixes.fixes().size()));
    }

    private static String verified(int fixes) {
        return fixes == 1 ? "1 verified fix" : fixes + " verified fixes";
    }

    public void write(Writer out) throws IOException {
        comment(out, summary() + " in " + of);
        if (!fixes.fixes().isEmpty()) {
            for (var line : VERIFIED) {
                comment(out, line);
            }
            out.write("\nbegin;\n");
            for (var i = 0; i < fixes.fixes().size(); i++) {
                write(out, i + 1, fixes.fixes().get(i));
            }
            out.write("\ncommit;\n");
        }
        if (!fixes.left().isEmpty()) {
            out.write("\n");
            comment(out, "Not fixed:");
            for (var left : fixes.left()) {
                comment(out, "  %s: %s".formatted(name(left.cell()), left.why()));
            }
        }
    }

    private void write(Writer out, int number, Fix fix) throws IOException {
        out.write("\n");
        comment(out, "%d. %s".formatted(number, fix.cause()));
        comment(out, "   change: " + fix.change());
        for (var cell : fix.closes()) {
            comment(out, "   closes: " + name(cell));
        }
        for (var taken : fix.taken()) {
            comment(out, "   takes:  " + taken);
        }
        for (var statement : fix.statements()) {
            out.write(ownNames(statement));
            out.write(";\n");
        }
    }

    private static String name(Cell cell) {
        var leaks = cell.verdict() instanceof Verdict.Refuted(var leak) ? leak.ids() : List.<String>of();
        return Stream.of(
                        Stream.of(cell.claim().id(), ProofReport.place(cell)),
                        Stream.of(leaks).filter(ids -> !ids.isEmpty()).map(ids -> "(" + String.join(", ", ids) + ")"))
                .flatMap(parts -> parts)
                .reduce((one, other) -> one + " " + other)
                .orElseThrow();
    }

    /// Replaces the scratch database's name: psql knows the name of the database that it runs in.
    private String ownNames(String sql) {
        return scratch.map(name -> sql.replaceAll("\\bdatabase " + Pattern.quote(name) + "\\b", "database :\"DBNAME\""))
                .orElse(sql);
    }

    /// Writes a comment of one line, whatever the names contain.
    private static void comment(Writer out, String text) throws IOException {
        out.write("-- ");
        out.write(Visible.line(text));
        out.write("\n");
    }
}
