package hedgerow.rls.report;

import hedgerow.rls.report.AccessMatrix.Becomes;
import hedgerow.rls.report.AccessMatrix.Cell;
import hedgerow.rls.report.AccessMatrix.Row;
import hedgerow.rls.review.Accepted;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.ReviewedRole;
import hedgerow.rls.review.RulePage;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A single page with everything in it. It loads nothing, is readable without its script, and its content
/// security policy admits only its own style and script, by hash.
final class HtmlReport {

    private final Report report;

    private HtmlReport(Report report) {
        this.report = report;
    }

    static void write(Report report, Writer out) throws IOException {
        out.write(new HtmlReport(report).page().markup());
    }

    private Html page() {
        var style = resource("report.css");
        var script = resource("report.js");
        return Html.of(
                """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{}'; \
                script-src 'sha256-{}'; base-uri 'none'; form-action 'none'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Row security: {}</title>
                <style>{}</style>
                </head>
                <body>
                <a class="skip" href="#findings">Skip to the findings</a>
                {}
                <main>
                {}{}{}{}{}{}{}{}
                </main>
                <script>{}</script>
                </body>
                </html>
                """,
                hash(style),
                hash(script),
                verdict(),
                style,
                header(),
                summary(),
                doubts(),
                findings(),
                accepted(),
                examined(),
                roles(),
                access(),
                rules(),
                script);
    }

    // --- the verdict ---------------------------------------------------------------------------------------------

    private String verdict() {
        return report.fails() && report.review().partial() ? "failed, partial" : report.outcome();
    }

    private Html header() {
        return Html.of(
                """
                <header class="{}">
                <h1>Row security: {}</h1>
                <p>{}</p>
                {}
                <nav aria-label="Sections"><ul>{}</ul></nav>
                </header>
                """,
                report.outcome(),
                verdict(),
                report.review().connection(),
                report.hint()
                        .map(hint -> Html.of("<p><strong>Hint:</strong> {}</p>", hint))
                        .orElse(Html.EMPTY),
                sections());
    }

    private Html summary() {
        var summary = Summary.of(report);
        var from = report.review().provenance();
        return Html.of(
                """
                <section id="summary" aria-labelledby="summary-title">
                <h2 id="summary-title">Summary</h2>
                <p><strong>{}</strong> {}.</p>
                {}
                <dl>
                <dt>database</dt><dd>{}, PostgreSQL {}</dd>
                <dt>date</dt><dd><time datetime="{}">{}</time></dd>
                <dt>tool</dt><dd>Hedgerow {}</dd>
                <dt>connected</dt><dd>{}</dd>
                <dt>coverage</dt><dd>{}</dd>
                </dl>
                </section>
                """,
                summary.verdict(),
                summary.counts(),
                summary.risks().isEmpty()
                        ? Html.EMPTY
                        : Html.of("<p>Top risks:</p><ol>{}</ol>", items(summary.risks())),
                from.database(),
                from.postgres(),
                from.at(),
                from.at(),
                from.hedgerow(),
                from.user().map("as %s"::formatted).orElse("no: files were loaded"),
                summary.coverage());
    }

    private List<Html> sections() {
        var sections = new LinkedHashMap<String, String>();
        sections.put("summary", "Summary");
        sections.put("findings", "Findings");
        sections.put("roles", "Roles");
        sections.put("access", "Access");
        sections.put("rules", "Rules");
        return sections.entrySet().stream()
                .map(section -> Html.of("<li><a href=\"#{}\">{}</a></li>", section.getKey(), section.getValue()))
                .toList();
    }

    private Html doubts() {
        return Html.of(
                "{}{}",
                list("Not reviewed", report.review().gaps()),
                list("Assumed", report.review().assumptions()));
    }

    private static Html list(String title, List<String> items) {
        return items.isEmpty()
                ? Html.EMPTY
                : Html.of("<section><h2>{}</h2><ul>{}</ul></section>\n", title, items(items));
    }

    private static List<Html> items(List<String> items) {
        return items.stream().map(item -> Html.of("<li>{}</li>\n", item)).toList();
    }

    // --- findings ------------------------------------------------------------------------------------------------

    private Html findings() {
        var findings = report.groups();
        return Html.of(
                """
                <section id="findings" aria-labelledby="findings-title">
                <h2 id="findings-title">Findings</h2>
                {}
                {}
                {}
                </section>
                """,
                findings.isEmpty() ? Html.of("<p>None.</p>") : filter(findings),
                findings.stream()
                        .filter(finding -> finding.severity() != Severity.INFO)
                        .map(this::finding)
                        .toList(),
                notes(findings.stream()
                        .filter(finding -> finding.severity() == Severity.INFO)
                        .toList()));
    }

    /// The notes, folded unless they were requested.
    private Html notes(List<Group> notes) {
        return notes.isEmpty()
                ? Html.EMPTY
                : Html.of(
                        "<details id=\"notes\"{}><summary>{}</summary>{}</details>\n",
                        report.showsNotes() ? Html.of(" open") : Html.EMPTY,
                        Words.count(notes.size(), "note"),
                        notes.stream().map(this::finding).toList());
    }

    /// The filter, hidden until the script shows it, because it does nothing without the script.
    private static Html filter(List<Group> findings) {
        return Html.of(
                """
                <form id="filter" hidden>
                <fieldset><legend>Severity</legend>
                {}
                </fieldset>
                <label>Rule <select name="rule"><option value="">all</option>{}</select></label>
                <label>Text <input name="text" type="search" autocomplete="off"></label>
                <button type="reset">Show all</button>
                <output aria-live="polite"></output>
                </form>
                """,
                Stream.of(Severity.ERROR, Severity.WARN, Severity.INFO)
                        .map(severity -> Html.of(
                                "<label><input type=\"checkbox\" name=\"severity\" value=\"{}\" checked> {}</label>\n",
                                severity.label(),
                                severity.label()))
                        .toList(),
                findings.stream()
                        .map(Group::rule)
                        .distinct()
                        .sorted()
                        .map(rule -> Html.of("<option>{}</option>", rule))
                        .toList());
    }

    private Html finding(Group finding) {
        return Html.of(
                """
                <article class="{}" data-rule="{}" data-severity="{}">
                <h3><span class="badge">{}</span> <code>{}</code>{} {}</h3>
                <dl>
                {}{}{}<dt>rule</dt><dd>{}{}</dd>
                {}</dl>
                </article>
                """,
                finding.severity().label(),
                finding.rule(),
                finding.severity().label(),
                finding.severity().label(),
                finding.first().object(),
                finding.places().size() == 1
                        ? ""
                        : " and %d more:".formatted(finding.places().size() - 1),
                finding.detail(),
                places(finding),
                story(finding),
                finding.fix()
                        .map(fix -> Html.of("<dt>fix</dt><dd><pre tabindex=\"0\">{}</pre></dd>\n", Html.lines(fix)))
                        .orElse(Html.EMPTY),
                rule(finding),
                finding.leaks().isEmpty() ? "" : " (%s)".formatted(String.join(", ", finding.leaks())),
                finding.known() ? Html.of("<dt>state</dt><dd>known from the baseline</dd>\n") : Html.EMPTY);
    }

    private static Html story(Group finding) {
        return finding.story().isEmpty()
                ? Html.EMPTY
                : Html.of(
                        "<dt>leak</dt><dd><pre tabindex=\"0\">{}</pre></dd>\n",
                        Html.lines(String.join("\n", finding.story())));
    }

    /// All objects, if there are several, and the places in files that create them.
    private static Html places(Group finding) {
        if (finding.places().size() == 1) {
            return finding.first()
                    .location()
                    .map(at -> Html.of("<dt>at</dt><dd><code>{}:{}</code></dd>\n", at.file(), at.line()))
                    .orElse(Html.EMPTY);
        }
        var items = finding.places().stream()
                .map(place -> Html.of(
                        "<li><code>{}</code>{}</li>\n",
                        place.object(),
                        place.location()
                                .map(at -> Html.of(" at <code>{}:{}</code>", at.file(), at.line()))
                                .orElse(Html.EMPTY)))
                .toList();
        return Html.of(
                "<dt>on</dt><dd><details><summary>{}</summary><ul>{}</ul></details></dd>\n",
                Words.count(items.size(), "place"),
                items);
    }

    private Html rule(Group finding) {
        return report.page(finding)
                .map(page -> Html.of("<a href=\"#rule-{}\">{}</a>", page.slug(), page.slug()))
                .orElse(Html.of("{}", finding.rule()));
    }

    private Html accepted() {
        var accepted = report.review().accepted();
        return accepted.isEmpty()
                ? Html.EMPTY
                : table(
                        "Accepted",
                        List.of("Rule", "On", "Reason", "Until"),
                        accepted.stream().map(HtmlReport::accepted).toList());
    }

    private static Html accepted(Accepted accepted) {
        return Html.of(
                "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                accepted.finding().rule(),
                accepted.finding().object(),
                accepted.reason(),
                accepted.expires().map(Objects::toString).orElse("no end"));
    }

    private Html examined() {
        var examined = report.review().examined();
        return examined.isEmpty()
                ? Html.EMPTY
                : table(
                        "Examined by hand",
                        List.of("Object", "Could not be read", "Reason"),
                        examined.stream()
                                .map(each -> Html.of(
                                        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                                        each.object(),
                                        each.gap(),
                                        each.reason()))
                                .toList());
    }

    private static Html table(String title, List<String> head, List<Html> rows) {
        return Html.of("<section><h2>{}</h2>{}</section>\n", title, table(title, head, rows, ""));
    }

    private static Html table(String caption, List<String> head, List<Html> rows, String kind) {
        return Html.of(
                """
                <div class="scroll" tabindex="0" role="region" aria-label="{}"><table class="{}">
                <caption>{}</caption>
                <thead><tr>{}</tr></thead>
                <tbody>
                {}</tbody>
                </table></div>
                """,
                caption,
                kind,
                caption,
                head.stream()
                        .map(name -> Html.of("<th scope=\"col\">{}</th>", name))
                        .toList(),
                rows);
    }

    // --- roles ---------------------------------------------------------------------------------------------------

    private Html roles() {
        var roles = report.review().roles();
        return Html.of(
                """
                <section id="roles" aria-labelledby="roles-title">
                <h2 id="roles-title">Roles</h2>
                {}
                {}
                </section>
                """,
                roles.isEmpty()
                        ? Html.of("<p>No role but superusers can log in.</p>")
                        : table(
                                "Roles under review",
                                List.of("Role", "Logs in", "Row security", "Why", "Can become"),
                                roles.stream().map(HtmlReport::role).toList(),
                                ""),
                report.access().roots().isEmpty()
                        ? Html.EMPTY
                        : Html.of(
                                "<h3>Who can become whom</h3>\n{}",
                                tree(report.access().roots())));
    }

    private static Html role(ReviewedRole role) {
        return Html.of(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}</td></tr>\n",
                role.name(),
                role.login() ? "yes" : "no",
                role.bound() ? "fenced" : "open",
                role.bound() ? "binds it" : "does not bind it",
                role.why(),
                String.join(", ", role.canBecome()));
    }

    private static Html tree(List<Becomes> roles) {
        var items = roles.stream()
                .map(role -> Html.of(
                        "<li>{}{}{}{}</li>\n",
                        role.role(),
                        role.how().isEmpty() ? "" : " (by %s)".formatted(role.how()),
                        role.exempt() ? Html.of(" <strong class=\"open\">exempt</strong>") : Html.EMPTY,
                        role.next().isEmpty() ? Html.EMPTY : tree(role.next())))
                .toList();
        return Html.of("<ul class=\"tree\">\n{}</ul>", items);
    }

    // --- access --------------------------------------------------------------------------------------------------

    private Html access() {
        var byRole = report.access().rows().stream()
                .collect(Collectors.groupingBy(Row::role, LinkedHashMap::new, Collectors.toList()));
        return Html.of(
                """
                <section id="access" aria-labelledby="access-title">
                <h2 id="access-title">Access</h2>
                <p><span class="open">open</span>: no policy applies, or the rule beside it found that they are open.
                <span class="fenced">fenced</span>: policies decide row by row.
                <span class="denied">denied</span>: no policy permits any row.
                A dash: no privilege. A table without a line for a role: no privilege at all. Views are not listed:
                what they show depends on what they read.</p>
                {}{}
                </section>
                """,
                byRole.isEmpty()
                        ? Html.of("<p>No role under review has a privilege on a table.</p>")
                        : byRole.entrySet().stream()
                                .map(role -> matrix(role.getKey(), role.getValue()))
                                .toList(),
                report.access().omitted().isEmpty()
                        ? Html.EMPTY
                        : Html.of(
                                "<p>Left out, because the page would be too long: {}.</p>",
                                String.join(", ", report.access().omitted())));
    }

    private static Html matrix(String role, List<Row> rows) {
        var head = List.of("Table", "Select", "Insert", "Update", "Delete");
        return Html.of(
                "<details open><summary>{}: {}</summary>{}</details>\n",
                role,
                Words.count(rows.size(), "table"),
                table(
                        "Privileges of %s".formatted(role),
                        head,
                        rows.stream().map(HtmlReport::row).toList(),
                        "access"));
    }

    private static Html row(Row row) {
        return Html.of(
                "<tr><th scope=\"row\">{}</th>{}{}{}{}</tr>\n",
                row.table(),
                cell(row.select()),
                cell(row.insert()),
                cell(row.update()),
                cell(row.delete()));
    }

    private static Html cell(Cell cell) {
        return switch (cell.verdict()) {
            case NONE -> Html.of("<td><span aria-label=\"no privilege\" role=\"img\">–</span></td>");
            case DENIED -> Html.of("<td class=\"denied\">denied</td>");
            case OPEN ->
                Html.of(
                        "<td class=\"open\">open{}</td>",
                        cell.rules().stream()
                                .map(rule -> Html.of(" <small><a href=\"#rule-{}\">{}</a></small>", rule, rule))
                                .toList());
            case FENCED ->
                Html.of("<td class=\"fenced\">fenced <small>{}</small></td>", String.join(", ", cell.policies()));
        };
    }

    // --- rules ---------------------------------------------------------------------------------------------------

    /// The pages of the rules that found something.
    private Html rules() {
        var spoke = report.review().findings().stream().map(Finding::rule).collect(Collectors.toSet());
        var pages = report.rules().stream()
                .filter(page -> spoke.contains(page.slug()))
                .map(HtmlReport::rule)
                .toList();
        return Html.of("""
            <section id="rules" aria-labelledby="rules-title">
            <h2 id="rules-title">Rules</h2>
            {}
            </section>
            """, pages.isEmpty() ? Html.of("<p>No rule found anything.</p>") : pages);
    }

    private static Html rule(RulePage page) {
        return Html.of("""
            <section id="rule-{}"><h3>{}: {}</h3>
            <pre class="page" tabindex="0">{}</pre></section>
            """, page.slug(), page.slug(), page.title(), Html.lines(page.text()));
    }

    // --- style and script ----------------------------------------------------------------------------------------

    static Html resource(String name) {
        try (var in = HtmlReport.class.getResourceAsStream(name)) {
            return new Html(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String hash(Html text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(text.markup().getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
