package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.Schema;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The roles that may run a command on a table, before any policy is evaluated. Whoever has the privileges
/// of a role listed here may run it.
///
/// The owner is included even without a grant, because it can grant itself every privilege. The predefined
/// roles `pg_read_all_data` and `pg_write_all_data` have their privilege on every table, and USAGE on every
/// schema; neither is exempt from row security. A superuser has every privilege and is listed nowhere.
///
/// @see <a href="https://www.postgresql.org/docs/18/predefined-roles.html">PostgreSQL 18, 21.5</a>
final class Privileges {

    private static final String READS_ALL = "pg_read_all_data";
    private static final String WRITES_ALL = "pg_write_all_data";

    private final Map<String, Schema> schemas;
    private final Map<String, List<Long>> predefined;

    Privileges(Catalog catalog) {
        this.schemas = catalog.schemas().values().stream().collect(Collectors.toMap(Schema::name, schema -> schema));
        this.predefined = catalog.roles().values().stream()
                .collect(Collectors.groupingBy(
                        Role::name, Collectors.mapping(Role::oid, Collectors.toUnmodifiableList())));
    }

    /// The roles with the privilege on the whole table, including future columns.
    List<Long> onTable(Relation table, Command command) {
        if (!takes(table, command)) {
            return List.of();
        }
        var all = predefined(command == Command.SELECT ? READS_ALL : WRITES_ALL);
        return Stream.of(Stream.of(table.owner()), grantees(table.grants(), command.name()), all)
                .flatMap(roles -> roles)
                .distinct()
                .toList();
    }

    /// The roles with the privilege on one column, by a grant of its own.
    List<Long> onColumn(Relation table, Column column, Command command) {
        return takes(table, command) ? grantees(column.grants(), command.name()).toList() : List.of();
    }

    /// The roles with USAGE on a schema; without it, privileges on its tables have no effect.
    List<Long> inSchema(String name) {
        var schema = schemas.get(name);
        return Stream.of(
                        Stream.of(schema.owner()),
                        grantees(schema.grants(), "USAGE"),
                        predefined(READS_ALL),
                        predefined(WRITES_ALL))
                .flatMap(roles -> roles)
                .distinct()
                .toList();
    }

    /// The roles that may use a command on the whole table, or on one of these columns.
    List<Long> on(Relation table, Command command, Predicate<Column> columns) {
        var onColumns =
                table.columns().stream().filter(columns).flatMap(column -> onColumn(table, column, command).stream());
        return Stream.concat(onTable(table, command).stream(), onColumns)
                .distinct()
                .sorted()
                .toList();
    }

    /// The roles that may call a function.
    List<Long> onFunction(Function function) {
        return Stream.concat(Stream.of(function.owner()), grantees(function.grants(), "EXECUTE"))
                .distinct()
                .toList();
    }

    /// The roles that may truncate a table.
    List<Long> toTruncate(Relation table) {
        return Stream.concat(Stream.of(table.owner()), grantees(table.grants(), "TRUNCATE"))
                .distinct()
                .toList();
    }

    /// Whether a relation accepts a command. A materialized view is written by REFRESH alone.
    private static boolean takes(Relation table, Command command) {
        return table.kind() != Relation.Kind.MATERIALIZED_VIEW || command == Command.SELECT;
    }

    private static Stream<Long> grantees(List<Grant> grants, String privilege) {
        return grants.stream()
                .filter(grant -> grant.privilege().equals(privilege))
                .map(Grant::grantee);
    }

    private Stream<Long> predefined(String name) {
        return predefined.getOrDefault(name, List.of()).stream();
    }
}
