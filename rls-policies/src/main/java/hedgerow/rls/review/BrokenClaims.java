package hedgerow.rls.review;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Leak;
import hedgerow.rls.prove.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The refuted claims that one object causes, as a finding.
///
/// @param object the object at fault, in the spelling of findings
/// @param cells the cells that it causes
record BrokenClaims(String object, List<Cell> cells) {

    /// Leaks that have a rule of their own, the most obvious first.
    private static final List<List<String>> RULES = List.of(
            List.of("D01", "truncate-privilege"),
            List.of("A05", "login-bypasses-rls"),
            List.of("C10", "partition-unprotected"),
            List.of("C11", "inheritance-child-unprotected"),
            List.of("A01", "rls-disabled"),
            List.of("A02", "policies-without-rls"),
            List.of("A04", "rls-not-forced"),
            List.of("B01", "policy-always-true"),
            List.of("B20", "pattern-match-on-session"));

    private static final int MOST_NAMED = 4;

    private static final Comparator<Cell> WORST = Comparator.comparing((Cell cell) -> severity(cell))
            .reversed()
            .thenComparing(Cell::claim)
            .thenComparing(cell -> !leak(cell).seen());

    /// The finding, without its location.
    Finding finding(Severity severity) {
        return new Finding(
                rule(),
                leaks(),
                severity,
                object,
                detail(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(leak(worst())));
    }

    /// The severity of the worst cell.
    Severity severity() {
        return severity(worst());
    }

    String rule() {
        return rule(worst());
    }

    private Cell worst() {
        return cells.stream().min(WORST).orElseThrow();
    }

    List<String> leaks() {
        return cells.stream()
                .flatMap(cell -> leak(cell).ids().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static Leak leak(Cell cell) {
        return ((Verdict.Refuted) cell.verdict()).leak();
    }

    // --- rules ---------------------------------------------------------------------------------------------------

    private static String rule(Cell cell) {
        if (leak(cell).kind() == Leak.Kind.IDENTITY) {
            return "client-chosen-tenant";
        }
        return switch (cell.kind()) {
            case FUNCTION -> "definer-bypasses-rls";
            case VIEW -> leak(cell).ids().equals(List.of("C03")) ? "view-without-barrier" : "view-bypasses-rls";
            case MATERIALIZED_VIEW -> "materialized-view-readable";
            case TRIGGER -> "trigger-copies-rows";
            case RULE -> "rule-bypasses-rls";
            case FOREIGN_TABLE -> "foreign-table-readable";
            case TABLE ->
                RULES.stream()
                        .filter(rule -> leak(cell).ids().contains(rule.getFirst()))
                        .map(List::getLast)
                        .findFirst()
                        .orElseGet(() -> ofTable(cell));
        };
    }

    private static String ofTable(Cell cell) {
        var update = cell.gate().startsWith("UPDATE");
        return switch (cell.claim()) {
            case DISJOINT_READS -> "permissive-policy-opens-tenant";
            case WRITES_STAY_HOME ->
                isPassedOn(cell)
                        ? "cascade-across-tenants"
                        : cell.gate().equals("INSERT")
                                ? "with-check-open"
                                : cell.gate().equals("UPDATE new") ? "update-moves-row" : "blind-write";
            case UNBOUND_SEES_NOTHING -> "policy-open-when-unset";
            case MEMBERSHIP_EARNED -> update ? "self-promotion" : "membership-self-join";
            case REFERENCES_STAY_HOME -> "foreign-key-without-tenant";
        };
    }

    /// Whether the cell is a bucket, whose files are often meant for every signed-in user.
    private static boolean isBucket(Cell cell) {
        return leak(cell).ids().contains("C23") && leak(cell).kind() == Leak.Kind.ROWS;
    }

    private static boolean isPassedOn(Cell cell) {
        return cell.gate().endsWith(" passes on");
    }

    /// The severity of a cell. A count or a sum reveals less than a row; a row behind a secret is meant for
    /// whoever knows the secret.
    private static Severity severity(Cell cell) {
        return switch (leak(cell).kind()) {
            case CAPABILITY -> Severity.INFO;
            case ORACLE, REFERENCE, IDENTITY, EMPTY_OWNER -> Severity.WARN;
            case ROWS, WRITE ->
                cell.kind() == Cell.Kind.FUNCTION
                                || isPassedOn(cell)
                                || leak(cell).ids().equals(List.of("C03"))
                                || isBucket(cell)
                        ? Severity.WARN
                        : Severity.ERROR;
        };
    }

    // --- words ---------------------------------------------------------------------------------------------------

    private String detail() {
        var said = cells.stream()
                .map(Cell::claim)
                .distinct()
                .sorted()
                .map(this::detail)
                .collect(Collectors.joining("; "));
        var seen = cells.stream().anyMatch(cell -> leak(cell).seen());
        return seen ? said : said + " (not replayed)";
    }

    private String detail(Claim claim) {
        var own = cells.stream().filter(cell -> cell.claim() == claim).toList();
        var roles = some(distinct(own.stream().flatMap(cell -> cell.roles().stream())));
        var gates = some(distinct(own.stream().map(Cell::gate)));
        return switch (claim) {
            case DISJOINT_READS -> "%s %s to %s".formatted(reads(own), rows(own), roles);
            case WRITES_STAY_HOME -> "lets %s write rows of other tenants (%s)".formatted(roles, gates);
            case UNBOUND_SEES_NOTHING ->
                "opens %s to %s although no tenant is set (%s)".formatted(opened(own), roles, gates);
            case MEMBERSHIP_EARNED ->
                "lets %s become a member, or raise its rank, by itself (%s)".formatted(roles, gates);
            case REFERENCES_STAY_HOME -> "lets rows of %s refer to rows of other tenants (%s)".formatted(roles, gates);
        };
    }

    private static String reads(List<Cell> cells) {
        return cells.stream().allMatch(cell -> leak(cell).kind() == Leak.Kind.ORACLE) ? "reveals" : "shows";
    }

    private static String opened(List<Cell> cells) {
        return cells.stream().allMatch(cell -> leak(cell).kind() == Leak.Kind.EMPTY_OWNER)
                ? "rows whose tenant is an empty text"
                : "rows";
    }

    private static String rows(List<Cell> cells) {
        return cells.stream().allMatch(cell -> leak(cell).kind() == Leak.Kind.CAPABILITY)
                ? "rows of other tenants, where a secret in them is known,"
                : "rows of other tenants";
    }

    private static String some(List<String> names) {
        var left = names.size() - MOST_NAMED;
        return left <= 0
                ? String.join(", ", names)
                : "%s and %d more".formatted(String.join(", ", names.subList(0, MOST_NAMED)), left);
    }

    private static List<String> distinct(Stream<String> names) {
        return names.distinct().sorted().toList();
    }
}
