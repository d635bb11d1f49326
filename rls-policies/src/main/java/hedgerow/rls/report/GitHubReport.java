package hedgerow.rls.report;

import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.Writer;

/// Workflow commands, one a line, which GitHub Actions turns into annotations.
///
/// @see <a href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands">Workflow
///     commands</a>
final class GitHubReport {

    private GitHubReport() {}

    static void write(Report report, Writer out) throws IOException {
        for (var group : report.shown()) {
            out.write("::%s %stitle=%s::%s%n"
                    .formatted(command(group.severity()), place(group.first()), title(group), message(group)));
        }
        if (report.hint().isPresent()) {
            out.write("::notice title=hint::%s%n".formatted(data(report.hint().get())));
        }
        for (var gap : report.review().gaps()) {
            out.write("::warning title=%s::%s%n".formatted("not reviewed", data(Visible.line(gap))));
        }
    }

    private static String command(Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARN -> "warning";
            case INFO -> "notice";
        };
    }

    private static String place(Finding finding) {
        return finding.location()
                .map(at -> "file=%s,line=%d,".formatted(property(at.file()), at.line()))
                .orElse("");
    }

    private static String title(Group group) {
        return property("%s: %s".formatted(group.rule(), Visible.line(group.objects())));
    }

    private static String message(Group group) {
        var detail = Visible.line(group.detail());
        return data(group.fix().map(fix -> detail + "\nfix: " + fix).orElse(detail));
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
