package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenTest {

    private static final String DEMO = "hk_test_acmeOwnerDemoKey00000000000000000000492040";

    @ParameterizedTest
    @EnumSource(Token.Kind.class)
    void a_generated_token_can_be_parsed(Token.Kind kind) {
        var token = Token.generate(kind);
        assertThat(token.secret()).matches("(hk_live_|hk_test_|hs_|hi_)[0-9A-Za-z]{36}[0-9a-f]{6}");
        assertThat(Token.parse(token.secret())).hasValueSatisfying(read -> {
            assertThat(read.kind()).isEqualTo(kind);
            assertThat(read.hash()).isEqualTo(token.hash());
        });
    }

    @Test
    void no_slip_of_one_character_is_read() {
        for (int i = 0; i < DEMO.length(); i++) {
            for (char c : "0a_Z".toCharArray()) {
                var slip = DEMO.substring(0, i) + c + DEMO.substring(i + 1);
                assertThat(Token.parse(slip).isPresent()).as(slip).isEqualTo(slip.equals(DEMO));
            }
        }
    }

    @Test
    void another_kind_length_or_case_is_not_read() {
        assertThat(Token.parse(DEMO)).isPresent();
        assertThat(Token.parse(DEMO.replace("test", "live"))).isEmpty();
        assertThat(Token.parse(DEMO.toUpperCase(java.util.Locale.ROOT))).isEmpty();
        assertThat(Token.parse(DEMO + "0")).isEmpty();
        assertThat(Token.parse(DEMO.substring(1))).isEmpty();
        assertThat(Token.parse(" " + DEMO)).isEmpty();
        assertThat(Token.parse("")).isEmpty();
    }

    @Test
    void it_does_not_print_its_secret() {
        var token = Token.parse(DEMO).orElseThrow();
        assertThat(token).hasToString("hk_test_acmeOwne...");
        assertThat(token.prefix()).matches("hk_(live|test)_[0-9A-Za-z]{4,12}");
    }

    @Test
    void none_comes_twice() {
        var seen = new HashSet<String>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add(Token.generate(Token.Kind.SESSION).secret())).isTrue();
        }
    }
}
