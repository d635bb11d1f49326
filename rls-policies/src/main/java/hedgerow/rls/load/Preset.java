package hedgerow.rls.load;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.review.Config;
import hedgerow.rls.review.Config.Acceptance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A platform, with the schemas, roles and functions that it provides, and the way it is used.
public enum Preset {
    /// Supabase: roles `anon`, `authenticated`, `service_role` behind `authenticator`; `auth.uid()`;
    /// schemas `auth`, `storage`.
    SUPABASE,
    /// PostgREST: `authenticator` and `anon`, and claims in `request.jwt.claims`.
    POSTGREST,
    /// PostGraphile: `app_postgraphile`, `app_anonymous` and `app_user`, and claims as `jwt.claims.*`.
    POSTGRAPHILE,
    /// Hedgerow's own session variables and roles.
    HEDGEROW;

    private static final String GRANTED_ALL =
            "Supabase grants ALL by default, and its API sends nothing that needs this privilege";

    /// Logins of Supabase's own software.
    private static final List<String> PLATFORM_LOGINS = List.of(
            "authenticator",
            "cli_login_postgres",
            "dashboard_user",
            "pgbouncer",
            "postgres",
            "supabase_admin",
            "supabase_auth_admin",
            "supabase_etl_admin",
            "supabase_functions_admin",
            "supabase_read_only_user",
            "supabase_realtime_admin",
            "supabase_replication_admin",
            "supabase_storage_admin");

    /// The platform's own spelling of its name.
    public String title() {
        return switch (this) {
            case SUPABASE -> "Supabase";
            case POSTGREST -> "PostgREST";
            case POSTGRAPHILE -> "PostGraphile";
            case HEDGEROW -> "Hedgerow";
        };
    }

    /// The name on the command line, such as `supabase`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The configuration of a database on the platform, unless a user states otherwise.
    public Config config() {
        return switch (this) {
            case SUPABASE ->
                new Config(
                        Optional.empty(),
                        List.of(),
                        List.of(
                                "auth",
                                "cron",
                                "extensions",
                                "graphql",
                                "graphql_public",
                                "net",
                                "pgbouncer",
                                "pgsodium",
                                "realtime",
                                "supabase_functions",
                                "supabase_migrations",
                                "vault"),
                        List.of(),
                        Map.of(),
                        List.of(),
                        List.of("anon", "authenticated"),
                        PLATFORM_LOGINS,
                        granted(),
                        List.of(),
                        false);
            case POSTGREST, POSTGRAPHILE, HEDGEROW -> Config.NONE;
        };
    }

    /// The preset that a database seems to need: by the roles and functions of a platform, or by those that
    /// files name and do not create. A live database needs no preset that only loads objects.
    ///
    /// @param gaps of loading the files; none for a live database
    public static Optional<Preset> resembling(Catalog catalog, List<String> gaps) {
        var roles = catalog.roles().values().stream().map(Role::name).collect(Collectors.toSet());
        var missing = String.join("\n", gaps);
        if (roles.containsAll(Set.of("anon", "authenticated")) || missing.contains("schema \"auth\"")) {
            return Optional.of(SUPABASE);
        }
        if (missing.contains("\"authenticator\"") || !gaps.isEmpty() && roles.contains("authenticator")) {
            return Optional.of(POSTGREST);
        }
        if (missing.contains("\"app_postgraphile\"") || !gaps.isEmpty() && roles.contains("app_postgraphile")) {
            return Optional.of(POSTGRAPHILE);
        }
        return missing.contains("app.organization_id()") ? Optional.of(HEDGEROW) : Optional.empty();
    }

    /// Acceptances of the platform's grants: its default privileges are GRANT ALL, and requests run
    /// PostgREST's own SQL, which cannot express some commands. Rows are another matter: anything that
    /// opens them is a finding.
    private static List<Acceptance> granted() {
        return Stream.of("truncate-privilege", "trigger-privilege", "maintain-privilege", "sequence-settable")
                .flatMap(rule -> Stream.of("role anon", "role authenticated")
                        .map(role -> new Acceptance(rule, role, GRANTED_ALL, Optional.empty(), OptionalInt.empty())))
                .toList();
    }

    /// A note on the grants that no file makes.
    Optional<String> assumption() {
        return this == SUPABASE
                ? Optional.of(
                        "the platform's default privileges apply while the files run: what they make in schema public"
                            + " is granted to anon, authenticated and service_role unless they revoke it. A dump does"
                            + " not repeat what its database had revoked; review that database itself, by its URL")
                : Optional.empty();
    }

    /// The preset that the files seem to need, if none was named.
    static Optional<String> hint(Optional<Preset> named, Set<String> madeUp, List<String> gaps) {
        var usesAuth = gaps.stream()
                .anyMatch(gap -> gap.contains("schema \"auth\" does not exist")
                        || gap.contains("schema auth is made up")
                        || gap.contains("relation \"auth.users\" does not exist"));
        return named.isEmpty() && (usesAuth || madeUp.containsAll(List.of("anon", "authenticated")))
                ? Optional.of("the files look like Supabase's: review them with --preset supabase")
                : Optional.empty();
    }

    /// The script that is loaded before the files. It is ours, and the superuser runs it.
    String prelude() {
        return resource(label() + ".sql");
    }

    private static String resource(String name) {
        try (var in = Preset.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
