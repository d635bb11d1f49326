package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The traces of a POST, in numbers that are the same on any machine.
class WriteCostTest {

    private static final int REQUESTS = 20;
    private static final long MOST_BYTES = 9_000;

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    /// The customer, the event without its payload, and the key are in one block.
    @Test
    void a_post_with_a_key_adds_three_entries_to_the_audit_log_in_one_block() {
        var acme = SERVER.as("acme", "Owner");
        var entries = number("select count(*) from app.audit_log");
        var blocks = number("select count(*) from app.audit_block");
        post(acme);
        assertThat(number("select count(*) from app.audit_log") - entries).isEqualTo(3);
        assertThat(number("select count(*) from app.audit_block") - blocks).isEqualTo(1);
    }

    @Test
    void a_post_with_a_key_writes_few_bytes_of_log() {
        var acme = SERVER.as("acme", "Owner");
        post(acme); // writes what each page writes once
        var before = number("select (pg_current_wal_insert_lsn() - '0/0')::bigint");
        for (var request = 0; request < REQUESTS; request++) {
            post(acme);
        }
        var written = number("select (pg_current_wal_insert_lsn() - '0/0')::bigint") - before;
        assertThat(written / REQUESTS).isBetween(1_000L, MOST_BYTES);
    }

    private static void post(ApiServer.Client acme) {
        acme.with("Idempotency-Key", UUID.randomUUID().toString())
                .post("/v1/customers", "{\"name\": \"Ada Lovelace\"}")
                .is(201);
    }

    private static long number(String sql) {
        return Long.parseLong(SERVER.one(sql));
    }
}
