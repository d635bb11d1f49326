package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Catalog.ParameterGrant;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleMembership;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Tenancy;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The powers of a session beyond row security, because of which nothing is proved about it: choosing its
/// own identity, reading the server's files, streaming its changes, switching triggers off, or becoming a
/// member of more powerful roles.
///
/// @see <a href="https://www.postgresql.org/docs/18/predefined-roles.html">PostgreSQL 18, 21.5</a>
final class Powers {

    private static final Set<String> OF_THE_MACHINE =
            Set.of("pg_execute_server_program", "pg_read_server_files", "pg_write_server_files");

    /// Functions of the server that only superusers may call by default, and that read or write around
    /// tables.
    private static final Pattern ON_FILES = Pattern.compile("pg_read_\\w*file|lo_import|lo_export");

    /// Parameters whose change does not affect triggers, keys and catalogs; those with a dot belong to no
    /// code.
    private static final Pattern HARMLESS = Pattern.compile("log_\\w+|track_\\w+|wal_\\w+|lc_messages|deadlock_timeout"
            + "|temp_file_limit|update_process_title|compute_query_id|.+\\..+");

    private final Model model;
    private final Tenancy tenancy;
    private final Catalog catalog;
    private final Map<Long, Optional<String>> known = new HashMap<>();
    private final Set<Long> mentioned;

    Powers(Model model, Tenancy tenancy) {
        this.model = model;
        this.tenancy = tenancy;
        this.catalog = model.catalog();
        this.mentioned = mentioned();
    }

    /// The reason why nothing is proved about sessions whose current role is this one.
    Optional<String> of(long role) {
        return known.computeIfAbsent(
                role,
                _ -> catalog.role(role).filter(Role::superuser).isPresent()
                        ? Optional.empty()
                        : Stream.of(
                                        chosen(),
                                        machine(role),
                                        files(role),
                                        parameter(role),
                                        replication(role),
                                        aggregate(role),
                                        admin(role))
                                .flatMap(Optional::stream)
                                .findFirst());
    }

    private Optional<String> chosen() {
        return tenancy.identities().stream()
                .filter(input ->
                        input instanceof Input.Claim claim && claim.path().contains("user_metadata"))
                .map(input -> "users may write %s themselves".formatted(input.print(model.names())))
                .sorted()
                .findFirst();
    }

    private Optional<String> machine(long role) {
        return inherited(role)
                .filter(other -> OF_THE_MACHINE.contains(other.name()))
                .map(other -> "%s is a member of %s".formatted(name(role), other.name()))
                .findFirst();
    }

    private Optional<String> files(long role) {
        return catalog.functions().values().stream()
                .filter(function -> function.schema().equals("pg_catalog")
                        && ON_FILES.matcher(function.name()).matches())
                .filter(function -> reaches(function.grants(), role))
                .map(function -> "%s may call %s".formatted(name(role), function.quoted()))
                .findFirst();
    }

    private boolean reaches(List<Grant> grants, long role) {
        return model.gates().roles().reaches(grants.stream().map(Grant::grantee).toList(), role);
    }

    private Optional<String> parameter(long role) {
        return catalog.parameterGrants().stream()
                .filter(grant -> !HARMLESS.matcher(grant.name()).matches()
                        || grant.privilege().equals("ALTER SYSTEM"))
                .filter(grant -> model.gates().roles().reaches(List.of(grant.grantee()), role))
                .map(ParameterGrant::name)
                .map(name -> "%s may set the parameter %s".formatted(name(role), name))
                .findFirst();
    }

    private Optional<String> replication(long role) {
        return logins(role)
                .flatMap(login -> catalog.role(login).stream())
                .filter(Role::replicates)
                .map(login -> "%s may stream the whole database, by REPLICATION".formatted(login.name()))
                .findFirst();
    }

    /// The reason in an aggregate that the role may call: the aggregate's functions run with its owner's rights
    /// to call them.
    private Optional<String> aggregate(long role) {
        var hidden = ofUsers()
                .anyMatch(
                        function -> function.securityDefiner() && !model.gates().mayExecute(role, function));
        return ofUsers()
                .filter(function -> hidden && function.kind() == Function.Kind.AGGREGATE)
                .filter(function -> model.gates().mayExecute(role, function))
                .map(function -> "%s may call the aggregate %s, whose functions are not followed"
                        .formatted(name(role), function.quoted()))
                .sorted()
                .findFirst();
    }

    private Stream<Function> ofUsers() {
        return catalog.functions().values().stream()
                .filter(function -> !function.schema().equals("pg_catalog")
                        && function.extension().isEmpty());
    }

    /// The reason in a membership WITH ADMIN, by which a session can make its role a member, with INHERIT: it then
    /// has both roles' privileges at once.
    private Optional<String> admin(long role) {
        var has = model.gates().roles().inherited(role);
        return logins(role)
                .flatMap(login -> model.gates().roles().actsAs(login).stream())
                .flatMap(as -> model.gates().roles().inherited(as).stream())
                .flatMap(member -> catalog.memberships().stream()
                        .filter(membership -> membership.member() == member && membership.admin()))
                .map(RoleMembership::role)
                .filter(grantable -> !has.contains(grantable))
                .filter(grantable -> model.gates().roles().inherited(grantable).stream()
                        .anyMatch(gained -> !has.contains(gained) && mentioned.contains(gained)))
                .map(grantable -> "%s can be made a member of %s by ADMIN OPTION, which is not followed"
                        .formatted(name(role), name(grantable)))
                .sorted()
                .findFirst();
    }

    /// The roles that own objects or have privileges in the schemas under review, or that a policy there
    /// names.
    private Set<Long> mentioned() {
        var schemas = model.settings().schemas();
        var relations = catalog.relationsIn(schemas);
        var functions = catalog.functions().values().stream()
                .filter(function -> schemas.contains(function.schema()))
                .toList();
        return Stream.of(
                        relations.stream().map(Relation::owner),
                        relations.stream().flatMap(relation -> grantees(relation.grants())),
                        relations.stream()
                                .flatMap(relation -> relation.columns().stream())
                                .flatMap(column -> grantees(column.grants())),
                        relations.stream()
                                .flatMap(relation -> relation.policies().stream())
                                .flatMap(policy -> policy.roles().stream()),
                        functions.stream().map(Function::owner),
                        functions.stream().flatMap(function -> grantees(function.grants())))
                .flatMap(roles -> roles)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Stream<Long> grantees(Collection<Grant> grants) {
        return grants.stream().map(Grant::grantee);
    }

    private Stream<Long> logins(long role) {
        return model.settings().logins().stream()
                .filter(login -> model.gates().roles().actsAs(login).contains(role))
                .sorted();
    }

    private Stream<Role> inherited(long role) {
        return model.gates().roles().inherited(role).stream().sorted().flatMap(other -> catalog.role(other).stream());
    }

    private String name(long role) {
        return catalog.role(role).map(Role::name).orElse("PUBLIC");
    }
}
