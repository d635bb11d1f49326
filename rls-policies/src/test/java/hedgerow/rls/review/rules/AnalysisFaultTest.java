package hedgerow.rls.review.rules;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.review.Config;
import hedgerow.rls.review.Origin;
import hedgerow.rls.review.Progress;
import hedgerow.rls.review.Reviewer;
import hedgerow.rls.review.Rule.Hit;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AnalysisFaultTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// The catalog fails when the function of one policy is looked up.
    @Test
    void a_policy_at_which_reading_fails_does_not_hide_the_holes_of_others() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute("""
                create role app login;
                create table public.broken (tenant_id uuid);
                create table public.open (tenant_id uuid);
                alter table public.broken enable row level security;
                alter table public.open enable row level security;
                grant select on public.broken, public.open to app;
                create function public.fault(uuid) returns boolean language sql stable as 'select true';
                create policy broken on public.broken using (public.fault(tenant_id));
                create policy open on public.open using (true);
                """);
            var reviewed = new Reviewer(RuleCatalog.load(), Config.NONE, page -> false)
                    .review(connection, Origin.live("test"), Progress.NONE);
            var analysis = new Analysis(failing(reviewed.catalog()), reviewed.settings());
            assertThat(new PolicyAlwaysTrue().find(analysis))
                    .extracting(Hit::object)
                    .containsExactly("policy open on public.open");
            assertThat(analysis.faults())
                    .satisfiesExactly(fault -> assertThat(fault)
                            .contains("public.broken", "internal error: IllegalStateException: injected"));
        }
    }

    private static Catalog failing(Catalog catalog) {
        var functions = new HashMap<>(catalog.functions()) {
            private static final long serialVersionUID = 1L;

            @Override
            public Function get(Object oid) {
                var function = super.get(oid);
                if (function != null && function.name().equals("fault")) {
                    throw new IllegalStateException("injected");
                }
                return function;
            }
        };
        return with(catalog, functions);
    }

    private static Catalog with(Catalog catalog, Map<Long, Function> functions) {
        return new Catalog(
                catalog.server(),
                catalog.roles(),
                catalog.memberships(),
                catalog.schemas(),
                catalog.relations(),
                functions,
                catalog.operators(),
                catalog.types(),
                catalog.nondeterministicCollations(),
                catalog.implicitFunctions(),
                catalog.defaultPrivileges(),
                catalog.storedSettings(),
                catalog.largeObjects(),
                catalog.publications(),
                catalog.subscriptions(),
                catalog.extensions(),
                catalog.languages(),
                catalog.foreignServers(),
                catalog.parameterGrants(),
                catalog.gaps());
    }
}
