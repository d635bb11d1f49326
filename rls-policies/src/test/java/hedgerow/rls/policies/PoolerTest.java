package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.NamedTenant;
import hedgerow.sql.PgBouncer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The fence through PgBouncer, whose clients take turns on the same server connections.
@Tag("isolation")
class PoolerTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Test
    void nothing_crosses_the_fence_through_a_pooler() throws Exception {
        Path program = program();
        try (var copy = DATABASE.copy();
                var admin = copy.admin();
                var bouncer = PgBouncer.start(program, List.of(copy.url(Logins.APP), copy.url(Logins.WORKER)));
                var app = bouncer.connect(copy.url(Logins.APP));
                var worker = bouncer.connect(copy.url(Logins.WORKER))) {
            assertThat(Isolation.violations(admin, app, worker)).isEmpty();
        }
    }

    @Test
    void a_client_never_finds_the_tenant_of_another() throws Exception {
        Path program = program();
        DatabaseUrl url = DATABASE.url(Logins.APP);
        try (var admin = DATABASE.admin();
                var bouncer = PgBouncer.start(program, List.of(url));
                var first = bouncer.connect(url);
                var second = bouncer.connect(url)) {
            Rows rows = new Rows(admin);
            NamedTenant acme = rows.tenant("acme");
            for (int turn = 0; turn < 20; turn++) {
                try (Session bound = Session.bound(first, acme, rows.actor(acme, "owner"), false)) {
                    assertThat(bound.run("select count(*) from app.customer").rows())
                            .isPositive();
                }
                try (Session unbound = Session.unbound(second)) {
                    assertThat(unbound.run("select count(*) from app.customer").rows())
                            .isZero();
                }
            }
        }
    }

    private static Path program() {
        Optional<Path> program = PgBouncer.program();
        if (program.isEmpty()) {
            System.err.println("SKIPPED: no PgBouncer on this machine; install Debian's package pgbouncer");
        }
        Assumptions.assumeTrue(program.isPresent(), "PgBouncer is not installed");
        return program.orElseThrow();
    }
}
