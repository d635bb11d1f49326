package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.rules.Analysis;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Combines the verdicts of the prover with the findings of the rules.
///
/// A broken claim is one finding for the object that causes it, or adds its leak to a rule's finding about
/// that object. A rule's suspicion about an object whose claims are proved is dropped. Undecided claims are
/// listed.
final class Judgement {

    /// The rules that suspect by shape where the prover decides, and the claims that they suspect to be
    /// broken.
    private static final Map<String, Set<Claim>> SUSPICIONS = Map.ofEntries(
            Map.entry("definer-bypasses-rls", Set.of(Claim.values())),
            Map.entry("view-bypasses-rls", Set.of(Claim.values())),
            Map.entry("view-chain-bypasses-rls", Set.of(Claim.values())),
            Map.entry("view-without-barrier", Set.of(Claim.values())),
            Map.entry("rule-bypasses-rls", Set.of(Claim.values())),
            Map.entry("with-check-open", Set.of(Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING)),
            Map.entry("published-rows", Set.of(Claim.DISJOINT_READS, Claim.UNBOUND_SEES_NOTHING)),
            Map.entry(
                    "policy-without-column",
                    Set.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING)),
            Map.entry("update-moves-row", Set.of(Claim.WRITES_STAY_HOME)),
            Map.entry("cascade-across-tenants", Set.of(Claim.WRITES_STAY_HOME)),
            Map.entry("foreign-key-without-tenant", Set.of(Claim.REFERENCES_STAY_HOME)));

    /// The rules that weigh facts unknown to the prover: other objects, and likely intentions.
    private static final Set<String> WEIGHING = Set.of("login-bypasses-rls", "published-rows");

    private static final Set<String> OF_ROLES = Set.of("A04", "A05", "A06", "A13", "D01");
    private static final Set<String> OF_HELPERS = Set.of("B13", "B25", "B26", "B27");

    private static final Pattern ROWS = Pattern.compile("A0[1-6]|A09|B\\d\\d|C0[1-6]|C1[0-3]|C22|D01|E0[12]");

    private static final int MOST_REASONS = 3;
    private static final int LONGEST_REASON = 200;

    /// The names of columns that identify a person, as in the rules about keys.
    private static final Pattern PERSON =
            Pattern.compile("(?i)(^|_)(user|owner|author|creator|profile|person|member|created_?by)(_?id)?$");

    private static final String IF_SHARED =
            "; if its rows are meant for everybody, name the table in shared_tables of hedgerow.yaml";

    private static final String IF_ADMINISTRATORS =
            "; if those whom the policy chooses look after all tenants, accept it in hedgerow.yaml";

    private final Catalog catalog;
    private final Analysis analysis;
    private final Set<String> apiRoles;
    private final List<String> tenantColumns;
    private final List<Cell> cells;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();

    /// Combines both.
    ///
    /// @param found by rules
    /// @param ran slugs of the rules that are part of the review
    Judgement(
            Catalog catalog,
            Settings settings,
            Analysis analysis,
            Proofs proofs,
            List<Finding> found,
            Collection<String> ran) {
        this.catalog = catalog;
        this.analysis = analysis;
        this.cells = proofs.cells();
        this.apiRoles = settings.apiRoles().stream()
                .flatMap(oid -> catalog.role(oid).stream())
                .map(Role::name)
                .collect(Collectors.toSet());
        this.tenantColumns = settings.tenantColumns().stream()
                .filter(name -> !PERSON.matcher(name).find())
                .toList();
        found.stream().filter(finding -> !isUnfounded(finding)).forEach(findings::add);
        broken(cells.stream().filter(Cell::isOpen).filter(this::counts)).stream()
                .filter(broken -> ran.contains(broken.rule()))
                .forEach(this::add);
        broken(cells.stream().filter(cell -> cell.accepted().isPresent()).filter(this::counts))
                .forEach(this::accept);
    }

    /// The findings of the rules and of the prover.
    List<Finding> findings() {
        return findings;
    }

    /// The broken claims that are accepted as such.
    List<Accepted> accepted() {
        return accepted;
    }

    // --- broken claims -------------------------------------------------------------------------------------------

    /// Whether a cell counts: a gateway sends no TRUNCATE.
    private boolean counts(Cell cell) {
        return !cell.gate().equals("TRUNCATE") || !apiRoles.containsAll(cell.roles());
    }

    /// The severity of a broken claim. A key that omits a row's author is only a note, because an author is
    /// not an owner.
    private Severity weight(BrokenClaims broken) {
        var references = broken.cells().stream().allMatch(cell -> cell.claim() == Claim.REFERENCES_STAY_HOME);
        var table = broken.cells().getFirst().object();
        if (references && !hasTenantColumn(table)) {
            return Severity.INFO;
        }
        var isMeant = isOfNobody(broken) || isForAdministrators(broken);
        return isMeant && broken.severity() == Severity.ERROR ? Severity.WARN : broken.severity();
    }

    /// Whether nobody gets through but those who are chosen for all tenants.
    private boolean isForAdministrators(BrokenClaims broken) {
        return broken.cells().stream()
                .allMatch(cell -> cell.kind() == Cell.Kind.TABLE
                        && relation(cell.object()).anyMatch(table -> analysis.opensToChosen(table, broken.object())));
    }

    /// A remark on a finding that may be meant.
    private String remark(BrokenClaims broken) {
        return isOfNobody(broken) ? IF_SHARED : isForAdministrators(broken) ? IF_ADMINISTRATORS : "";
    }

    private boolean hasTenantColumn(String quoted) {
        return relation(quoted)
                .flatMap(table -> table.columns().stream())
                .anyMatch(column -> tenantColumns.contains(column.name()));
    }

    private Stream<Relation> relation(String quoted) {
        return catalog.relations().values().stream()
                .filter(table -> table.quoted().equals(quoted));
    }

    /// Whether the rows are a catalogue's: nothing tells that they belong to somebody, and only chosen sessions may
    /// change them.
    private boolean isOfNobody(BrokenClaims broken) {
        return broken.cells().stream()
                .allMatch(cell -> cell.kind() == Cell.Kind.TABLE
                        && relation(cell.object())
                                .allMatch(table -> table.rowSecurity()
                                        && !analysis.isSomebodys(table)
                                        && (isRead(cell) || isForChosen(table, cell))));
    }

    private static boolean isRead(Cell cell) {
        return cell.gate().equals("SELECT")
                && (cell.claim() == Claim.DISJOINT_READS || cell.claim() == Claim.UNBOUND_SEES_NOTHING);
    }

    private boolean isForChosen(Relation table, Cell cell) {
        var roles = catalog.roles().values().stream()
                .filter(role -> cell.roles().contains(role.name()))
                .map(Role::oid)
                .toList();
        return Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE)
                .filter(command -> cell.gate().split(" ")[0].equals(command.name()))
                .anyMatch(command -> analysis.isForChosen(table, command, roles));
    }

    private static List<BrokenClaims> broken(Stream<Cell> refuted) {
        return refuted
                .collect(Collectors.groupingBy(
                        cell -> ((Verdict.Refuted) cell.verdict()).leak().cause(), TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> new BrokenClaims(entry.getKey(), entry.getValue()))
                .toList();
    }

    /// Accepts a broken claim together with the finding of a rule that only suspects that it is unintended.
    private void accept(BrokenClaims broken) {
        var reason = broken.cells().getFirst().accepted().orElseThrow();
        var finding = broken.finding(weight(broken));
        var known = findings.stream()
                .filter(each -> isSame(each.object(), finding.object()) && WEIGHING.contains(each.rule()))
                .filter(each -> each.leak().isEmpty())
                .findFirst();
        known.ifPresent(findings::remove);
        accepted.add(new Accepted(known.map(each -> joined(each, finding)).orElse(finding), reason, Optional.empty()));
    }

    private void add(BrokenClaims broken) {
        var finding = broken.finding(weight(broken));
        var said = remark(broken);
        var known = findings.stream()
                .filter(each -> isSame(each.object(), finding.object()) && reports(each, finding))
                .max((a, b) -> a.severity().compareTo(b.severity()))
                .or(() -> findings.stream()
                        .filter(each -> each.leak().isEmpty() && isOfHelper(each, finding))
                        .findFirst());
        if (known.isPresent()) {
            findings.set(findings.indexOf(known.get()), also(joined(known.get(), finding), said));
        } else if (findings.stream().noneMatch(each -> isSaidElsewhere(each, finding))) {
            findings.add(also(finding, said));
        }
    }

    private static Finding also(Finding finding, String said) {
        return new Finding(
                finding.rule(),
                finding.leaks(),
                finding.severity(),
                finding.object(),
                finding.detail() + said,
                finding.fix(),
                finding.location(),
                finding.leak());
    }

    /// Whether a rule has reported it for another object: for the place where the identity is stored, for
    /// the role that has the rights, or for a function that the policy calls.
    private static boolean isSaidElsewhere(Finding known, Finding broken) {
        if (known.severity() == Severity.INFO) {
            return false;
        }
        return switch (broken.rule()) {
            case "policy-open-when-unset" ->
                known.rule().equals("tenant-variable-preset") && broken.leaks().contains("B33");
            case "truncate-privilege" -> known.leaks().stream().anyMatch(OF_ROLES::contains);
            case "login-bypasses-rls" -> known.leaks().contains("A06");
            default -> isOfHelper(known, broken);
        };
    }

    /// Whether a rule has found the fault in a function that the policy calls.
    private static boolean isOfHelper(Finding known, Finding broken) {
        return known.severity() != Severity.INFO
                && known.leaks().stream()
                        .anyMatch(leak ->
                                OF_HELPERS.contains(leak) && broken.leaks().contains(leak));
    }

    /// Whether two names are the same although rules quote the parts of a name differently.
    private static boolean isSame(String object, String other) {
        return object.equals(other) || unquoted(object).equals(unquoted(other));
    }

    private static String unquoted(String object) {
        return object.replace("\"", "");
    }

    /// Whether a rule's finding about the same object reports what the prover found.
    private static boolean reports(Finding known, Finding broken) {
        return known.rule().equals(broken.rule())
                || known.rule().equals("policy-always-true") && broken.leaks().contains("B02")
                || WEIGHING.contains(known.rule())
                || known.severity() != Severity.INFO
                        && known.severity().compareTo(broken.severity()) >= 0
                        && known.leaks().stream().anyMatch(Judgement::isOfRows)
                || known.leaks().stream()
                        .anyMatch(leak -> isOfRows(leak) && broken.leaks().contains(leak));
    }

    /// Whether a leak exposes rows directly.
    private static boolean isOfRows(String leak) {
        return ROWS.matcher(leak).matches();
    }

    private static Finding joined(Finding known, Finding broken) {
        var isWorse = broken.severity().compareTo(known.severity()) > 0 && !WEIGHING.contains(known.rule());
        var severity = isWorse ? broken.severity() : known.severity();
        var leaks = new TreeSet<>(known.leaks());
        leaks.addAll(broken.leaks());
        return new Finding(
                known.rule(),
                List.copyOf(leaks),
                severity,
                known.object(),
                known.detail(),
                known.fix(),
                known.location(),
                broken.leak());
    }

    // --- suspicions that are unfounded ---------------------------------------------------------------------------

    private boolean isUnfounded(Finding finding) {
        if (!SUSPICIONS.containsKey(finding.rule())) {
            return false;
        }
        var claims = SUSPICIONS.get(finding.rule());
        var asked = cells.stream()
                .filter(cell -> claims.contains(cell.claim()) && isAbout(finding, cell))
                .toList();
        return !asked.isEmpty()
                && asked.stream()
                        .allMatch(cell ->
                                cell.verdict() instanceof Verdict.Proved || cell.verdict() instanceof Verdict.Closed);
    }

    private static boolean isAbout(Finding finding, Cell cell) {
        var object = finding.object();
        return switch (finding.rule()) {
            case "with-check-open" -> isOfTable(object, cell) && cell.gate().startsWith("INSERT");
            case "update-moves-row" -> isOfTable(object, cell) && cell.gate().equals("UPDATE new");
            case "policy-without-column", "published-rows" -> isOfTable(object, cell);
            case "cascade-across-tenants", "foreign-key-without-tenant" -> isByKey(object, cell);
            case "definer-bypasses-rls" ->
                cell.kind() == Cell.Kind.FUNCTION && object.equals("function " + cell.object());
            default -> cell.kind() != Cell.Kind.FUNCTION && (isSame(object, cell.object()) || isCodeOn(object, cell));
        };
    }

    /// Whether the cell is about a trigger or rule of a view.
    private static boolean isCodeOn(String view, Cell cell) {
        return (cell.kind() == Cell.Kind.TRIGGER || cell.kind() == Cell.Kind.RULE)
                && cell.object().endsWith(" on " + view);
    }

    /// Whether the object belongs to the cell's table, such as `policy p on app.invoice`.
    private static boolean isOfTable(String object, Cell cell) {
        return cell.kind() == Cell.Kind.TABLE && object.endsWith(" on " + cell.object());
    }

    /// Whether the object is a key, such as `app.invoice constraint k`; a cell of a referential action
    /// belongs to the referenced table.
    private static boolean isByKey(String object, Cell cell) {
        var parts = object.replace("\"", "").split(" constraint ", 2);
        var gate = cell.gate().replace("\"", "");
        return cell.kind() == Cell.Kind.TABLE
                && parts.length == 2
                && (gate.endsWith(" by " + parts[1]) && isSame(parts[0], cell.object())
                        || gate.endsWith("that %s of %s passes on".formatted(parts[1], parts[0])));
    }

    // --- what stays open -----------------------------------------------------------------------------------------

    /// The undecided objects, one entry for each object without a finding.
    List<Undecided> undecided() {
        var reasons = new TreeMap<String, Set<String>>();
        for (var cell : cells) {
            if (cell.verdict() instanceof Verdict.Unknown(var why)) {
                reasons.computeIfAbsent(object(cell), _ -> new TreeSet<>()).addAll(why);
            }
        }
        var decided = findings.stream()
                .filter(Judgement::decides)
                .map(finding -> unquoted(finding.object()))
                .collect(Collectors.toSet());
        return reasons.entrySet().stream()
                .filter(entry -> !decided.contains(unquoted(entry.getKey())))
                .map(entry ->
                        new Undecided(entry.getKey(), "is not decided: " + some(entry.getKey(), entry.getValue())))
                .toList();
    }

    private static boolean decides(Finding finding) {
        return finding.severity() != Severity.INFO
                && (finding.leak().isPresent() || SUSPICIONS.containsKey(finding.rule()));
    }

    /// The object in the spelling of findings; for a trigger, its function, which has to be read.
    private String object(Cell cell) {
        return switch (cell.kind()) {
            case TABLE, FOREIGN_TABLE, VIEW, MATERIALIZED_VIEW, RULE -> cell.object();
            case FUNCTION -> "function " + cell.object();
            case TRIGGER -> triggerFunction(cell.object()).orElse("trigger " + cell.object());
        };
    }

    /// The function of a trigger.
    ///
    /// @param trigger such as `keep on app.invoice`
    private Optional<String> triggerFunction(String trigger) {
        return catalog.relations().values().stream()
                .filter(table -> trigger.endsWith(" on " + table.quoted()))
                .map(Relation::triggers)
                .flatMap(List::stream)
                .filter(each -> trigger.startsWith(each.quoted() + " on "))
                .flatMap(each -> catalog.function(each.function()).stream())
                .map(function -> "function " + function.quoted())
                .findFirst();
    }

    private static String some(String object, Set<String> reasons) {
        var name = object.replaceFirst("^function ", "");
        var lines = reasons.stream()
                .map(reason -> reason.startsWith(name + ": ") ? reason.substring(name.length() + 2) : reason)
                .map(reason -> reason.replaceAll("\\s+", " ").replaceFirst("(a leak was found and not seen): .*", "$1"))
                .distinct()
                .map(reason -> reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + " ..." : reason)
                .toList();
        var left = lines.size() - MOST_REASONS;
        var shown = String.join("; ", lines.subList(0, Math.min(lines.size(), MOST_REASONS)));
        return left > 0 ? "%s; and %d more reasons".formatted(shown, left) : shown;
    }
}
