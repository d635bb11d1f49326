package hedgerow.rls.load;

import hedgerow.rls.review.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a platform brings with it: its schemas, roles and functions, and how it is used.
public enum Preset {
    /// Roles `anon`, `authenticated`, `service_role` behind `authenticator`; `auth.uid()`; schemas `auth`, `storage`.
    SUPABASE,
    /// `authenticator` and `anon`, and claims in `request.jwt.claims`.
    POSTGREST,
    /// `app_postgraphile`, `app_anonymous` and `app_user`, and claims as `jwt.claims.*`.
    POSTGRAPHILE,
    /// Hedgerow's own session variables and roles.
    HEDGEROW;

    /// `supabase`
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// How the platform is used, where nobody says otherwise.
    public Config config() {
        return switch (this) {
            case SUPABASE ->
                new Config(
                        Optional.empty(),
                        List.of(),
                        List.of(
                                "auth",
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
                        List.of());
            case POSTGREST, POSTGRAPHILE, HEDGEROW -> Config.NONE;
        };
    }

    /// What is loaded before the files. It is ours, and run by the superuser.
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
