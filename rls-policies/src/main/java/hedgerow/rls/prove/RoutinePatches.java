package hedgerow.rls.prove;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Patches of views, functions and triggers that go around policies with another role's rights.
final class RoutinePatches {

    private final State state;
    private final List<Cell> cells;
    private final List<String> roles;

    RoutinePatches(State state, List<Cell> cells) {
        this.state = state;
        this.cells = cells;
        this.roles =
                cells.stream().flatMap(cell -> cell.roles().stream()).distinct().toList();
    }

    List<Candidate> ofView(Relation view) {
        var found = new ArrayList<Candidate>();
        if (view.kind() == Relation.Kind.VIEW) {
            found.addAll(invokers(view));
            found.add(Candidate.of(
                    "conditions of %s come before those of its reader".formatted(view.quoted()),
                    "alter view %s set (security_barrier = true)".formatted(view.quoted())));
            found.addAll(forced(read(view), view.owner()));
        }
        Stream.of("SELECT", "INSERT, UPDATE, DELETE, TRUNCATE", "ALL")
                .forEach(privileges -> found.addAll(revoked(view, privileges)));
        return found;
    }

    /// The view, and views that it reads, as invokers' views.
    private List<Candidate> invokers(Relation view) {
        var own = invoker(view);
        var nested = read(view).stream()
                .filter(read -> read.kind() == Relation.Kind.VIEW && !read.isInvokerView())
                .map(RoutinePatches::invoker)
                .toList();
        var change = "%s reads and writes tables as whoever uses it".formatted(view.quoted());
        var found = new ArrayList<Candidate>();
        if (!view.isInvokerView()) {
            found.add(Candidate.of(change, own));
        }
        if (!nested.isEmpty()) {
            found.add(
                    new Candidate(Stream.concat(Stream.of(own), nested.stream()).toList(), change));
        }
        return found;
    }

    private static String invoker(Relation view) {
        return "alter view %s set (security_invoker = true)".formatted(view.quoted());
    }

    private List<Relation> read(Relation view) {
        var found = new ArrayList<Relation>();
        read(view, new HashSet<>(), found);
        return found;
    }

    private void read(Relation view, Set<Long> seen, List<Relation> found) {
        view.viewTree().stream()
                .flatMap(tree -> ExprReader.readQueries(tree, state.model().names()).stream())
                .flatMap(State::within)
                .flatMap(Query::tables)
                .flatMap(source -> state.model().catalog().relation(source.oid()).stream())
                .filter(read -> seen.add(read.oid()))
                .forEach(read -> {
                    found.add(read);
                    read(read, seen, found);
                });
    }

    private List<Candidate> revoked(Relation view, String privileges) {
        var wanted = List.of(privileges.split(", "));
        var statements = state
                .holders(view.grants(), view.owner(), held -> wanted.contains("ALL") || wanted.contains(held), roles)
                .stream()
                .map(holder ->
                        "revoke %s on %s from %s".formatted(privileges.toLowerCase(Locale.ROOT), view.quoted(), holder))
                .toList();
        return statements.isEmpty()
                ? List.of()
                : List.of(new Candidate(
                        statements,
                        "the tables behind %s are used without it (%s)".formatted(view.quoted(), privileges)));
    }

    /// Patches that apply policies to the owner of a table as well, where code runs with the owner's
    /// rights.
    private List<Candidate> forced(List<Relation> tables, long owner) {
        var statements = tables.stream()
                .filter(table -> table.isTable() && table.rowSecurity() && !table.forced() && table.owner() == owner)
                .map(table -> "alter table %s force row level security".formatted(table.quoted()))
                .toList();
        return statements.isEmpty()
                        || state.model()
                                .catalog()
                                .role(owner)
                                .filter(Role::isExempt)
                                .isPresent()
                ? List.of()
                : List.of(new Candidate(statements, "policies bind the owner of these tables, too"));
    }

    // --- functions -----------------------------------------------------------------------------------------------

    List<Candidate> ofFunction(Function function) {
        var found = new ArrayList<Candidate>();
        function.settings().stream()
                .map(setting -> setting.substring(0, setting.indexOf('=')))
                .filter(name -> state.model().settings().variables().contains(name))
                .forEach(name -> found.add(Candidate.of(
                        "%s runs as the tenant that calls it".formatted(function.quoted()),
                        "alter function %s reset %s".formatted(function.quoted(), name))));
        found.addAll(asItsCaller(function, Optional.empty()));
        state.uses(function, Optional.empty())
                .ifPresent(uses -> found.addAll(
                        forced(uses.stream().map(State.Use::table).distinct().toList(), function.owner())));
        var statements = state.holders(function.grants(), function.owner(), "EXECUTE"::equals, roles).stream()
                .map(holder -> "revoke execute on function %s from %s".formatted(function.quoted(), holder))
                .toList();
        if (!statements.isEmpty()) {
            found.add(new Candidate(statements, "fewer may call %s".formatted(function.quoted())));
        }
        return found;
    }

    /// Patches that run a function as its caller; only where its callers may do everything themselves.
    ///
    /// @param table whose trigger runs it
    List<Candidate> asItsCaller(Function function, Optional<Relation> table) {
        var may = state.uses(function, table)
                .filter(uses -> uses.stream().allMatch(this::mayAll))
                .isPresent();
        return may && function.securityDefiner()
                ? List.of(Candidate.of(
                        "%s runs with the rights of whoever calls it".formatted(function.quoted()),
                        "alter function %s security invoker".formatted(function.quoted())))
                : List.of();
    }

    private boolean mayAll(State.Use use) {
        return roles.stream()
                .flatMap(name -> state.role(name).stream())
                .allMatch(role -> state.model().gates().may(role.oid(), use.table(), use.command()));
    }
}
