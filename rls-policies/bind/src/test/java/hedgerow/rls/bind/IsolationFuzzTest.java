package hedgerow.rls.bind;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.Logins;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Many tenants work concurrently under disturbance, and sabotaged binders show that a leak would be
/// noticed.
///
///     mvn test -pl rls-policies/bind -am -Dtest=IsolationFuzzTest -Dsurefire.failIfNoSpecifiedTests=false
///         -Dhedgerow.fuzz=1000000
@Tag("isolation")
class IsolationFuzzTest {

    private static final int STATEMENTS = Integer.getInteger("hedgerow.fuzz", 100_000);
    private static final int UNTIL_A_BUG_SHOWS = 20_000;
    private static final long SEED = Long.getLong("hedgerow.fuzz.seed", System.nanoTime());

    @RegisterExtension
    static final Notes NOTES = new Notes();

    @Test
    void nothing_crosses_and_nothing_acknowledged_is_lost() throws Exception {
        var restart = NOTES.database().restart();
        var fuzz = new Fuzz(app(), admin(), restart, STATEMENTS, "NONE", SEED);
        assertThat(fuzz.call()).as(fuzz::summary).isEmpty();
        assertThat(fuzz.restarts() > 0).isEqualTo(restart.isPresent());
        System.err.println("isolation fuzz: " + fuzz.summary());
    }

    @Timeout(60)
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_bug_in_the_binder_shows(Sabotage sabotage) throws Exception {
        try {
            var violations = fuzz(sabotage).call();
            assertThat(violations).isNotEmpty();
            System.err.println("isolation fuzz: " + sabotage + " shows: " + violations.getFirst());
        } finally {
            NOTES.asAdmin("alter function notes.tenant() stable");
        }
    }

    @SuppressWarnings("unchecked")
    private static Callable<List<String>> fuzz(Sabotage sabotage) throws ReflectiveOperationException {
        var constructor = sabotage.loader()
                .loadClass(Fuzz.class.getName())
                .getDeclaredConstructor(
                        String.class, String.class, Optional.class, int.class, String.class, long.class);
        constructor.setAccessible(true);
        return (Callable<List<String>>)
                constructor.newInstance(app(), admin(), Optional.empty(), UNTIL_A_BUG_SHOWS, sabotage.name(), SEED);
    }

    private static String app() {
        return url(Logins.APP);
    }

    private static String admin() {
        return NOTES.database().adminUrl().jdbc();
    }

    private static String url(String login) {
        return NOTES.database().url(login).jdbc();
    }
}
