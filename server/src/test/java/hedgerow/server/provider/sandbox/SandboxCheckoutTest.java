package hedgerow.server.provider.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.provider.Answer;
import hedgerow.server.provider.Checkout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sessions as another program than `hedgerow sandbox` may answer at its address.
class SandboxCheckoutTest {

    private static final UUID ORDER = UUID.fromString("01a2292c-7254-709f-9f76-51144147dcbf");
    private static final UUID LINK = UUID.fromString("01a2292c-7254-709f-9f76-51144147dcb0");
    private static final String COMPLETE = """
        {"sandbox": true, "id": "sh_1", "order": "%s", "link": "%s", "currency": "EUR", "amount_minor": 4900,
         "method": "pm_card"}
        """.formatted(ORDER, LINK);

    private final Checkout ours = new SandboxCheckout();

    @Test
    void a_complete_session_names_its_order() {
        assertThat(ours.state(answer(COMPLETE)))
                .isInstanceOfSatisfying(
                        Checkout.Complete.class,
                        complete -> assertThat(complete.purpose())
                                .isEqualTo(new Checkout.Purpose(ORDER, LINK, "EUR", 4_900)));
    }

    @ParameterizedTest
    @CsvSource({
        "\"order\",\"x\"",
        "\"link\",\"x\"",
        "\"amount_minor\",\"x\"",
        "4900,\"many\"",
        "dcbf,zzzz",
        "true,false"
    })
    void a_session_that_lacks_something_makes_no_order(String part, String other) {
        assertThat(COMPLETE).contains(part);
        assertThat(ours.state(answer(COMPLETE.replace(part, other)))).isEqualTo(new Checkout.Unclear());
    }

    private static Answer answer(String body) {
        return new Answer(200, Optional.empty(), body.getBytes(StandardCharsets.UTF_8));
    }
}
