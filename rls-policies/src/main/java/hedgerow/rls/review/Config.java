package hedgerow.rls.review;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// The facts about a database that a person states in `hedgerow.yaml`; where a list is empty, the review
/// infers them.
///
/// @param file the file that states them
/// @param schemas under review
/// @param ignoredSchemas not under review, where `schemas` is empty
/// @param tenantColumns names of the columns that hold the tenant
/// @param tenantVariables session variables that policies trust, with their types
/// @param sharedTables tables that belong to all tenants, in SQL syntax, with their schemas
/// @param loginRoles roles as which sessions run: logins, and the roles that a gateway switches to
/// @param platformLogins logins of a platform's own software, which are not under review; every other login is,
///     in addition to `loginRoles`
/// @param accepted findings that are accepted
/// @param examined objects that no rule could read and that a person has examined
/// @param production whether nothing may be tried on the database itself
public record Config(
        Optional<Path> file,
        List<String> schemas,
        List<String> ignoredSchemas,
        List<String> tenantColumns,
        Map<String, String> tenantVariables,
        List<String> sharedTables,
        List<String> loginRoles,
        List<String> platformLogins,
        List<Acceptance> accepted,
        List<Examination> examined,
        boolean production) {

    /// The name of the file.
    public static final String FILE = "hedgerow.yaml";

    /// An empty configuration: the review infers everything.
    public static final Config NONE = new Config(
            Optional.empty(), List.of(), List.of(), List.of(), Map.of(), List.of(), List.of(), List.of(), List.of());

    /// A configuration of a database that is not in production, on no platform.
    public Config(
            Optional<Path> file,
            List<String> schemas,
            List<String> ignoredSchemas,
            List<String> tenantColumns,
            Map<String, String> tenantVariables,
            List<String> sharedTables,
            List<String> loginRoles,
            List<Acceptance> accepted,
            List<Examination> examined) {
        this(
                file,
                schemas,
                ignoredSchemas,
                tenantColumns,
                tenantVariables,
                sharedTables,
                loginRoles,
                List.of(),
                accepted,
                examined,
                false);
    }

    public Config {
        schemas = List.copyOf(schemas);
        ignoredSchemas = List.copyOf(ignoredSchemas);
        tenantColumns = List.copyOf(tenantColumns);
        tenantVariables = Map.copyOf(tenantVariables);
        sharedTables = List.copyOf(sharedTables);
        loginRoles = List.copyOf(loginRoles);
        platformLogins = List.copyOf(platformLogins);
        accepted = List.copyOf(accepted);
        examined = List.copyOf(examined);
    }

    /// An object that no rule could read and that a person has examined.
    ///
    /// @param object in the spelling of the report; `*` stands for any text
    /// @param reason why it leaks nothing
    /// @param line in the file
    public record Examination(String object, String reason, OptionalInt line) {

        boolean covers(String other) {
            return new Glob(object).matches(other);
        }
    }

    /// A finding, or a refuted claim, that is accepted.
    ///
    /// @param rule a slug; of a claim, `prove-` and its id
    /// @param object in the spelling of the finding; `*` stands for any text
    /// @param expires the last day
    /// @param line in the file; empty if it comes from a preset
    public record Acceptance(String rule, String object, String reason, Optional<LocalDate> expires, OptionalInt line) {

        boolean covers(Finding finding) {
            return covers(finding.rule(), finding.object());
        }

        boolean covers(String otherRule, String otherObject) {
            return rule.equals(otherRule) && new Glob(object).matches(otherObject);
        }

        boolean isExpired(LocalDate today) {
            return expires.filter(today::isAfter).isPresent();
        }
    }

    /// The file in `folder`, or in the nearest folder above it.
    public static Optional<Path> find(Path folder) {
        return Stream.iterate(folder.toAbsolutePath().normalize(), path -> path != null, Path::getParent)
                .map(path -> path.resolve(FILE))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /// Reads the configuration.
    ///
    /// @throws ConfigProblem if it cannot be read, or something in it is wrong
    public static Config read(Path file, RuleCatalog rules) {
        return new ConfigReader(file, rules).read();
    }

    public Config withSchemas(List<String> others) {
        return new Config(
                file,
                others,
                ignoredSchemas,
                tenantColumns,
                tenantVariables,
                sharedTables,
                loginRoles,
                platformLogins,
                accepted,
                examined,
                production);
    }

    /// This configuration, completed by `other` where it is empty.
    public Config or(Config other) {
        return new Config(
                file,
                either(schemas, other.schemas),
                either(ignoredSchemas, other.ignoredSchemas),
                either(tenantColumns, other.tenantColumns),
                tenantVariables.isEmpty() ? other.tenantVariables : tenantVariables,
                either(sharedTables, other.sharedTables),
                either(loginRoles, other.loginRoles),
                loginRoles.isEmpty() ? other.platformLogins : platformLogins,
                Stream.concat(accepted.stream(), other.accepted.stream()).toList(),
                Stream.concat(examined.stream(), other.examined.stream()).toList(),
                production || other.production);
    }

    private static List<String> either(List<String> ours, List<String> others) {
        return ours.isEmpty() ? others : ours;
    }
}
