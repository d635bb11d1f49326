package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog.DefaultPrivileges;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the cause of a broken claim: the object at fault, and the known leaks of which it is an example.
///
/// It examines the claim, the way in which rows flow, and, where policies apply, the mistakes in those that
/// admit the row. The cause helps whoever mends it; the verdict does not depend on it.
final class Causes {

    private static final long PUBLIC = 0;
    private static final Pattern EXECUTE = Pattern.compile("(?i)\\bexecute\\b");

    private final Model model;
    private final PolicyCauses policies;

    Causes(Model model, Tenancy tenancy, Duration timeout) {
        this.model = model;
        this.policies = new PolicyCauses(model, tenancy, timeout);
    }

    /// The cause of a broken claim.
    ///
    /// @param way of `question` that broke the claim, counted from 0
    Cause of(Question question, int way) {
        var leaks = new TreeSet<String>();
        var rows = question.encoded().get(way).get().rows();
        if (question.claim() == Claim.MEMBERSHIP_EARNED) {
            leaks.add(question.gate().startsWith("UPDATE") ? "B16" : "B15");
        }
        var object = switch (question.kind()) {
            case TABLE -> ofTable(question, way, rows, leaks);
            case VIEW, MATERIALIZED_VIEW -> ofView(question, way, rows, leaks);
            case FUNCTION -> ofFunction(question, leaks);
            case TRIGGER -> ofTrigger(question, leaks);
            case FOREIGN_TABLE -> {
                leaks.add("C05");
                yield question.object();
            }
            case RULE -> {
                leaks.add("C12");
                yield question.object();
            }
        };
        return new Cause(object, List.copyOf(leaks));
    }

    /// The probable cause where the claim was seen broken and the prover does not know by what.
    Cause suspected(Question question) {
        try {
            var cause = of(question, 0);
            if (!cause.leaks().isEmpty()) {
                return isDynamic(question) ? cause.with("C08") : cause;
            }
        } catch (RuntimeException e) {
            // What could not be encoded is known by its kind alone.
        }
        return new Cause(question.object(), List.of(usual(question)));
    }

    /// Whether it is about a function that executes a text.
    private boolean isDynamic(Question question) {
        return question.kind() == Cell.Kind.FUNCTION
                && function(question.object()).flatMap(Function::body).stream()
                        .anyMatch(body -> EXECUTE.matcher(body).find());
    }

    /// The leak of which a broken claim about an object of this kind is usually an example.
    private static String usual(Question question) {
        return switch (question.kind()) {
            case VIEW -> "C01";
            case MATERIALIZED_VIEW -> "C04";
            case FOREIGN_TABLE -> "C05";
            case FUNCTION -> "C06";
            case RULE -> "C12";
            case TRIGGER -> "C13";
            case TABLE ->
                switch (question.claim()) {
                    case DISJOINT_READS -> "B42";
                    case WRITES_STAY_HOME -> "B34";
                    case UNBOUND_SEES_NOTHING -> "B04";
                    case MEMBERSHIP_EARNED -> "B15";
                    case REFERENCES_STAY_HOME -> "E01";
                };
        };
    }

    private Optional<Relation> relation(String quoted) {
        return model.catalog().relations().values().stream()
                .filter(relation -> relation.quoted().equals(quoted))
                .findFirst();
    }

    private Optional<Function> function(String quoted) {
        return model.catalog().functions().values().stream()
                .filter(function -> function.quoted().equals(quoted))
                .findFirst();
    }

    // --- tables --------------------------------------------------------------------------------------------------

    private String ofTable(Question question, int way, Map<String, Slot> rows, Set<String> leaks) {
        var table = relation(question.object()).orElseThrow();
        if (question.role() == table.owner()) {
            leaks.add("A13");
        }
        if (question.gate().equals("TRUNCATE")) {
            leaks.add("D01");
            return table.quoted();
        }
        var key = key(question, rows);
        if (key.isPresent()) {
            return key.get().name(question, leaks);
        }
        ofRole(question.role(), leaks);
        return policies.asked(table, question.role(), way, question, leaks)
                .orElseGet(() -> unprotected(question.role(), table, leaks));
    }

    /// A foreign key through which a row refers to another or a change is propagated.
    private record Key(Relation child, Constraint constraint) {

        String name(Question question, Set<String> leaks) {
            leaks.add("E01");
            if (question.claim() != Claim.REFERENCES_STAY_HOME) {
                leaks.add("E02");
                if (question.gate().startsWith("UPDATE")) {
                    leaks.add("E04");
                }
            }
            return "%s constraint %s".formatted(child.quoted(), constraint.quoted());
        }
    }

    private static Optional<Key> key(Question question, Map<String, Slot> rows) {
        if (!rows.containsKey("parent")) {
            return Optional.empty();
        }
        var parent = rows.get("parent").table();
        var child = rows.getOrDefault("new", rows.get("row")).table();
        return child.constraints().stream()
                .filter(constraint -> constraint.kind() == Constraint.Kind.FOREIGN_KEY
                        && constraint.foreignRelation() == parent.oid())
                .filter(constraint -> question.gate().contains(constraint.quoted()))
                .findFirst()
                .map(constraint -> new Key(child, constraint));
    }

    /// Adds the leaks of a role that a login must become first.
    private void ofRole(long role, Set<String> leaks) {
        if (model.catalog().role(role).filter(Role::login).isEmpty()
                && !model.settings().apiRoles().contains(role)) {
            leaks.add("A08");
        }
    }

    /// The fault of a table whose policies do not apply to this role.
    private String unprotected(long role, Relation table, Set<String> leaks) {
        if (table.rowSecurity()) {
            var privileged = model.catalog()
                    .role(role)
                    .filter(it -> it.superuser() || it.bypasses())
                    .isPresent();
            leaks.add(privileged ? "A05" : "A04");
            if (privileged && model.catalog().role(role).filter(Role::login).isEmpty()) {
                leaks.add("A06");
            }
            return privileged
                    ? "role " + model.catalog().role(role).map(Role::quoted).orElse("?")
                    : table.quoted();
        }
        leaks.add(table.policies().isEmpty() ? "A01" : "A02");
        if (table.partition()) {
            leaks.add("C10");
        } else if (!table.parents().isEmpty() || hasHeirs(table)) {
            leaks.add("C11");
        }
        if (table.grants().stream().anyMatch(grant -> grant.grantee() == PUBLIC)) {
            leaks.add("B07");
        }
        if (isByDefault('r', role, table.owner(), table.schema())) {
            leaks.add("D03");
        }
        if (policies.isRead(table)) {
            leaks.add("B23");
        }
        return table.quoted();
    }

    private boolean hasHeirs(Relation table) {
        return model.catalog().relations().values().stream()
                .anyMatch(other -> other.parents().contains(table.oid()));
    }

    /// Whether ALTER DEFAULT PRIVILEGES opens such objects to the role.
    private boolean isByDefault(char kind, long role, long owner, String schema) {
        return model.catalog().defaultPrivileges().stream()
                .filter(defaults -> defaults.kind() == kind && defaults.role() == owner)
                .filter(defaults -> defaults.schema() == 0
                        || Optional.ofNullable(model.catalog().schemas().get(defaults.schema()))
                                .filter(known -> known.name().equals(schema))
                                .isPresent())
                .map(DefaultPrivileges::grants)
                .flatMap(Collection::stream)
                .map(Grant::grantee)
                .anyMatch(grantee -> grantee != owner && model.gates().roles().reaches(List.of(grantee), role));
    }

    // --- ways around tables --------------------------------------------------------------------------------------

    /// The fault of a view. A view that reads all of its tables as its reader is as good as the tables.
    private String ofView(Question question, int way, Map<String, Slot> rows, Set<String> leaks) {
        var view = relation(question.object()).orElseThrow();
        var chain = chain(view);
        var table = Stream.of("row", "old", "new")
                .flatMap(name -> Stream.ofNullable(rows.get(name)))
                .map(Slot::table)
                .findFirst();
        table.filter(read -> read.schema().equals("auth") && read.name().equals("users"))
                .ifPresent(_ -> leaks.add("C22"));
        var materialized = chain.stream().anyMatch(each -> each.kind() == Relation.Kind.MATERIALIZED_VIEW);
        if (materialized) {
            leaks.add("C04");
        }
        if (view.kind() == Relation.Kind.VIEW) {
            if (chain.stream().allMatch(Relation::isInvokerView) && table.isPresent()) {
                return policies.asked(table.get(), question.role(), way, question, leaks)
                        .orElseGet(() -> unprotected(question.role(), table.get(), leaks));
            }
            leaks.add("C01");
            table.ifPresent(read -> policies.asked(read, view.owner(), way, question, leaks));
            if (chain.size() > 1) {
                leaks.add("C02");
            }
        }
        if (way > 0) {
            leaks.add("C03");
        }
        if (rows.containsKey("new")) {
            leaks.add("B34");
        }
        return view.quoted();
    }

    /// The view, and the views that it reads.
    private List<Relation> chain(Relation view) {
        var found = new ArrayList<Relation>();
        chain(view, new HashSet<>(), found);
        return found;
    }

    private void chain(Relation view, Set<Long> seen, List<Relation> found) {
        if (view.viewTree().isEmpty() || !seen.add(view.oid())) {
            return;
        }
        found.add(view);
        ExprReader.readQueries(view.viewTree().get(), model.names()).stream()
                .flatMap(Causes::within)
                .flatMap(Query::tables)
                .flatMap(source -> model.catalog().relation(source.oid()).stream())
                .forEach(read -> chain(read, seen, found));
    }

    private static Stream<Query> within(Query query) {
        var nested = Stream.concat(query.queries(), query.expressions().flatMap(Walk::queries));
        return Stream.concat(Stream.of(query), nested.flatMap(Causes::within));
    }

    private String ofFunction(Question question, Set<String> leaks) {
        leaks.addAll(question.leak() == Leak.Kind.IDENTITY ? Set.of("B31", "B33", "B43") : Set.of("C06"));
        function(question.object()).ifPresent(function -> ofPrivilege(function, question.role(), leaks));
        return "function " + question.object();
    }

    private void ofPrivilege(Function function, long role, Set<String> leaks) {
        if (function.grants().stream().anyMatch(grant -> grant.grantee() == PUBLIC)) {
            leaks.add("D07");
        }
        if (isByDefault('f', role, function.owner(), function.schema())) {
            leaks.add("D03");
            leaks.add("D07");
        }
    }

    private String ofTrigger(Question question, Set<String> leaks) {
        leaks.add("C13");
        var view = relation(question.object().substring(question.object().lastIndexOf(" on ") + 4))
                .filter(relation -> !relation.isTable());
        if (view.isPresent()) {
            leaks.add("C06");
        }
        return "trigger " + question.object();
    }

    /// The gate of a table that a question is about.
    static Gate gate(Question question) {
        return switch (Cell.commandOf(question.gate())) {
            case "INSERT" -> Gate.INSERT;
            case "UPDATE" -> question.gate().equals("UPDATE old") ? Gate.UPDATE_OLD : Gate.UPDATE_NEW;
            case "DELETE" -> Gate.DELETE;
            default -> Gate.SELECT;
        };
    }
}
