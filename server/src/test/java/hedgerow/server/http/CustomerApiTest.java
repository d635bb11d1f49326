package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The conventions of all resources, demonstrated on customers.
class CustomerApiTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");
    private final ApiServer.Client globex = SERVER.as("globex", "Owner");

    @Test
    void one_is_made_read_changed_and_archived() {
        var made = acme.post("/v1/customers", "{\"name\": \"Ada\", \"email\": \"ada@example.com\"}")
                .is(201);
        var path = "/v1/customers/" + made.text("/id");
        assertThat(made.header("Location")).isEqualTo(path);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        assertThat(made.body().at("/metadata").isObject()).isTrue();

        assertThat(acme.get(path).is(200).body()).isEqualTo(made.body());
        var changed = acme.patch(path, "{\"phone\": \"+4930123\", \"metadata\": {\"crm\": 7}}")
                .is(200);
        assertThat(changed.text("/name")).isEqualTo("Ada");
        assertThat(changed.text("/phone")).isEqualTo("+4930123");
        assertThat(changed.body().at("/metadata/crm").asInt()).isEqualTo(7);
        assertThat(acme.patch(path, "{\"phone\": null}").is(200).text("/phone")).isNull();

        assertThat(acme.post(path + "/archive").is(200).text("/archived_at")).isNotNull();
        assertThat(acme.post(path + "/restore").is(200).text("/archived_at")).isNull();
    }
}
