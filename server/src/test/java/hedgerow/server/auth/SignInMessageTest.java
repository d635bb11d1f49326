package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignInMessageTest {

    /// The example of the standard, with an address that EIP-55 gives as an example.
    private static final String EXAMPLE = """
        https://example.com wants you to sign in with your Ethereum account:
        0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed

        I accept the ExampleOrg Terms of Service: https://example.com/tos

        URI: https://example.com/login
        Version: 1
        Chain ID: 1
        Nonce: 32891756
        Issued At: 2021-09-30T16:25:24Z
        Expiration Time: 2021-09-30T17:25:24.5+01:00
        Not Before: 2021-09-30T16:25:24Z
        Request ID: a%20b
        Resources:
        - ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
        - https://example.com/my-web2-claim.json\
        """;

    private static final String SHORT = """
        example.com wants you to sign in with your Ethereum account:
        0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed


        URI: https://example.com
        Version: 1
        Chain ID: 1
        Nonce: 32891756
        Issued At: 2021-09-30T16:25:24Z\
        """;

    @Test
    void the_example_of_the_standard_is_read_field_by_field() {
        assertThat(SignInMessage.parse(EXAMPLE))
                .contains(new SignInMessage(
                        Optional.of("https"),
                        "example.com",
                        new Address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
                        Optional.of("I accept the ExampleOrg Terms of Service: https://example.com/tos"),
                        "https://example.com/login",
                        1,
                        "32891756",
                        Instant.parse("2021-09-30T16:25:24Z"),
                        Optional.of(Instant.parse("2021-09-30T16:25:24.500Z")),
                        Optional.of(Instant.parse("2021-09-30T16:25:24Z")),
                        Optional.of("a%20b"),
                        List.of(
                                "ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/",
                                "https://example.com/my-web2-claim.json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {EXAMPLE, SHORT})
    void a_written_message_is_read_as_the_same_message(String text) {
        var message = SignInMessage.parse(text).orElseThrow();
        assertThat(SignInMessage.parse(message.text())).contains(message);
    }

    @Test
    void a_written_message_is_the_text_of_the_standard() {
        assertThat(SignInMessage.parse(SHORT).orElseThrow().text()).isEqualTo(SHORT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        in front            | example.com wants      | ' example.com wants'
        wrong words         | wants you              | wants  you
        no domain           | example.com wants      | ' wants'
        homoglyph           | example.com wants      | exаmple.com wants
        scheme without name | example.com wants      | ://example.com wants
        no checksum         | 0x5aAeb                | 0x5aaeb
        short address       | BeAed                  | BeAe
        other prefix        | 0x5aAeb                | 0X5aAeb
        version 2           | Version: 1             | Version: 2
        zero chain          | Chain ID: 1            | Chain ID: 0
        leading zero        | Chain ID: 1            | Chain ID: 01
        signed chain        | Chain ID: 1            | Chain ID: +1
        chain in words      | Chain ID: 1            | Chain ID: one
        huge chain          | Chain ID: 1            | Chain ID: 99999999999999999999
        short nonce         | 32891756               | 3289175
        nonce with a sign   | 32891756               | 3289175_
        no zone             | 24Z                    | 24
        small t             | 30T16                  | 30t16
        no such day         | 09-30T                 | 09-31T
        no such second      | 16:25:24               | 16:25:61
        no such offset      | 24Z                    | 24+19:00
        relative uri        | URI: https://example.com | URI: /example.com
        space in uri        | URI: https://example.com | URI: https://exa mple.com
        bad escape          | URI: https://example.com | URI: https://example.com/%zz
        other order         | Version: 1             | Chain ID: 1
        surplus             | 24Z                    | 24Z ''
        """)
    void a_slip_is_not_read(String what, String right, String wrong) {
        var text = SHORT.replace(right, wrong.replace("''", ""));
        assertThat(text).as(what).isNotEqualTo(SHORT);
        assertThat(SignInMessage.parse(text)).as(what).isEmpty();
    }

    @Test
    void line_ends_are_those_of_the_standard() {
        assertThat(SignInMessage.parse(SHORT.replace("\n", "\r\n"))).isEmpty();
        assertThat(SignInMessage.parse(SHORT + "\n")).isEmpty();
        assertThat(SignInMessage.parse(SHORT.replace("\n\n\n", "\n\n"))).isEmpty();
        assertThat(SignInMessage.parse(SHORT.replace("\n\n\n", "\n\n\u0000\n\n")))
                .isEmpty();
    }

    @Test
    void a_field_of_its_own_cannot_be_smuggled_into_a_statement() {
        var text = SHORT.replace("\n\n\n", "\n\nGood day\nURI: https://evil.example\n\n");
        assertThat(SignInMessage.parse(text)).isEmpty();
    }

    @Test
    void the_longest_message_is_read_and_a_longer_one_is_not() {
        var room = SignInMessage.MAX_LENGTH - SHORT.length();
        var longest = SHORT.replace("https://example.com", "https://example.com" + "%20".repeat(room / 3));
        assertThat(SignInMessage.parse(longest)).isPresent();
        assertThat(SignInMessage.parse(SHORT.replace("\n\n\n", "\n\n" + "a".repeat(room) + "\n\n")))
                .isEmpty();
        assertThat(SignInMessage.parse("%20".repeat(1_200) + SHORT)).isPresent();
        assertThat(SignInMessage.parse(SHORT + "\nResources:" + "\n- a:b".repeat(500)))
                .isPresent();
    }
}
