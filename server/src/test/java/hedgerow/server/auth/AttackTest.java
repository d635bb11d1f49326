package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attacks on authentication, each through the real server and database.
@Tag("isolation")
class AttackTest {

    @RegisterExtension
    static final World WORLD = new World();

    @BeforeAll
    static void people() {
        WORLD.identity(World.ISSUER, "owner", "Owner of Acme");
        WORLD.identity(World.OTHER_ISSUER, "rsa-owner", "Owner of Acme");
    }

    static Stream<Attack> attacks() {
        return Stream.of(
                        JwtAttacks.all(),
                        KeyAttacks.all(),
                        AgentAttacks.all(),
                        PersonAttacks.all(),
                        WalletAttacks.all())
                .flatMap(attacks -> attacks);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void it_does_not_work(Attack attack) {
        var answer = attack.attempt().apply(WORLD);
        assertThat(answer.code()).as(answer.text()).isEqualTo(attack.expected().slug());
        assertThat(answer.status()).isEqualTo(attack.expected().status());
        assertThat(answer.text())
                .as("no secret, nothing of the inside")
                .doesNotContain("hk_", "hs_", "eyJ", "Exception", "app.");
    }

    @Test
    void there_are_more_than_sixty_and_none_is_there_twice() {
        assertThat(attacks().map(Attack::name)).hasSizeGreaterThan(60).doesNotHaveDuplicates();
    }
}
