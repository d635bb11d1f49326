package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("what another class prints would be taken for ours")
class SchemaSilenceTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private final Migrations schema = new Migrations(DATABASE.adminUrl());

    @Test
    void it_prints_nothing_by_itself() {
        var said = new ByteArrayOutputStream();
        var out = System.out;
        var err = System.err;
        try (var stream = new PrintStream(said)) {
            System.setOut(stream);
            System.setErr(stream);
            schema.rollback(1, line -> {});
            schema.migrate(Optional.empty(), line -> {});
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertThat(said.toString()).isEmpty();
    }
}
