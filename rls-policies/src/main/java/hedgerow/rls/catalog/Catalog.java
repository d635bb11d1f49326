package hedgerow.rls.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The contents of one database's system catalogs at one moment. It is immutable.
///
/// Maps are by oid, and iterate by name. They include the system's own relations, functions, operators and
/// types, because expressions refer to them.
///
/// @param memberships of all roles, including the database owner's implicit membership in
///     `pg_database_owner`
/// @param nondeterministicCollations oids of those under which different texts can be equal
/// @param implicitFunctions oids of functions that run without being named: of operators, casts, types and
///     domains
/// @param gaps one line for each catalog that this role may not read; its contents are missing
public record Catalog(
        Server server,
        Map<Long, Role> roles,
        List<RoleMembership> memberships,
        Map<Long, Schema> schemas,
        Map<Long, Relation> relations,
        Map<Long, Function> functions,
        Map<Long, Operator> operators,
        Map<Long, Type> types,
        Set<Long> nondeterministicCollations,
        Set<Long> implicitFunctions,
        List<DefaultPrivileges> defaultPrivileges,
        List<StoredSettings> storedSettings,
        List<LargeObjects> largeObjects,
        List<Publication> publications,
        List<Subscription> subscriptions,
        List<Extension> extensions,
        List<Language> languages,
        List<ForeignServer> foreignServers,
        List<ParameterGrant> parameterGrants,
        List<String> gaps) {

    /// The privileges that ALTER DEFAULT PRIVILEGES grants on objects that `role` will create.
    ///
    /// @param schema oid, or 0 for any
    /// @param kind letter of `pg_default_acl.defaclobjtype`: r tables, S sequences, f functions, T types, n
    ///     schemas
    public record DefaultPrivileges(long role, long schema, char kind, List<Grant> grants) {}

    /// The settings that ALTER ROLE or ALTER DATABASE ... SET has stored.
    ///
    /// @param database oid, or 0 for any
    /// @param role oid, or 0 for any
    /// @param settings `name=value`
    public record StoredSettings(long database, long role, List<String> settings) {}

    /// The number of large objects with the same owner and grants.
    ///
    /// @param grants as the catalog writes them: `app=r/postgres,=r/postgres`; empty for the owner's alone
    public record LargeObjects(long owner, String grants, long count) {}

    /// A publication.
    ///
    /// @param relations oids of the tables that it names
    /// @param filtered those of them that have a row filter
    /// @param schemas oids of the schemas of which it takes every table
    public record Publication(
            long oid,
            String quoted,
            long owner,
            boolean allTables,
            List<Long> relations,
            List<Long> filtered,
            List<Long> schemas) {}

    public record Subscription(long oid, String quoted, long owner, boolean enabled) {}

    /// An extension.
    ///
    /// @param schema oid
    public record Extension(long oid, String name, String version, long schema, long owner) {}

    /// A procedural language.
    public record Language(long oid, String name, boolean trusted, long owner, List<Grant> grants) {}

    /// A foreign server.
    ///
    /// @param wrapper name of its foreign data wrapper
    /// @param mappedUsers oids of roles with a user mapping; 0 is PUBLIC
    public record ForeignServer(
            long oid, String quoted, long owner, String wrapper, List<Long> mappedUsers, List<Grant> grants) {}

    /// A privilege on a parameter of the server.
    ///
    /// @param grantee oid of a role, or 0 for PUBLIC
    /// @param privilege `SET` or `ALTER SYSTEM`
    public record ParameterGrant(String name, long grantee, String privilege) {}

    /// Reads the catalogs of the connection's database, in a constant number of queries.
    ///
    /// It must run in a REPEATABLE READ transaction, so that all queries see the same moment; the
    /// transaction may be READ ONLY. A catalog that the role may not read becomes a gap.
    ///
    /// @throws SQLException if the connection fails, or is in auto-commit mode
    public static Catalog read(Connection connection) throws SQLException {
        return new CatalogReader(connection).read();
    }

    /// The major version, 15 to 18.
    public int major() {
        return server.major();
    }

    public Optional<Relation> relation(long oid) {
        return Optional.ofNullable(relations.get(oid));
    }

    public Optional<Function> function(long oid) {
        return Optional.ofNullable(functions.get(oid));
    }

    public Optional<Operator> operator(long oid) {
        return Optional.ofNullable(operators.get(oid));
    }

    public Optional<Type> type(long oid) {
        return Optional.ofNullable(types.get(oid));
    }

    public Optional<Role> role(long oid) {
        return Optional.ofNullable(roles.get(oid));
    }

    /// The relations of these schemas, by name.
    public List<Relation> relationsIn(Collection<String> schemaNames) {
        return relations.values().stream()
                .filter(relation -> schemaNames.contains(relation.schema()))
                .toList();
    }
}
