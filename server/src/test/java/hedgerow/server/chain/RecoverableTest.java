package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Sign;

class RecoverableTest {

    private static final int MANY = 500;

    @Test
    void it_signs_as_web3j_does() {
        var random = new Random(6979);
        for (var i = 0; i < MANY; i++) {
            var pair = ECKeyPair.create(new BigInteger(255, random).add(BigInteger.ONE));
            var digest = new byte[32];
            random.nextBytes(digest);
            assertThat(Recoverable.sign(pair, digest)).isEqualTo(Sign.signMessage(digest, pair, false));
        }
    }
}
