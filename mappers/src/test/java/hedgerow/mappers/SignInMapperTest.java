package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.mappers.auth.Belonging;
import hedgerow.mappers.auth.SignInMapper;
import hedgerow.mappers.auth.SignInMapper.Identity;
import hedgerow.mappers.auth.SignInMapper.NewNonce;
import hedgerow.mappers.auth.SignInMapper.NewOrganization;
import hedgerow.mappers.auth.SignInMapper.NewSession;
import hedgerow.mappers.auth.SignInMapper.Wallet;
import hedgerow.rls.bind.Tenant;
import hedgerow.sql.HedgerowDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sign-in works before a tenant is known.
class SignInMapperTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    private static SignInMapper signIn;

    @BeforeAll
    static void open() {
        signIn = each(SignInMapper.class, DEMO.as(Tenant.without("system:sign-in", false)));
    }

    @Test
    void a_key_leads_to_its_tenant_and_scopes() {
        var acme = DEMO.tenant("acme");
        var key = "hk_test_acmeOwnerDemoKey00000000000000000000492040";
        assertThat(signIn.useApiKey(hash(key))).hasValueSatisfying(found -> {
            assertThat(found.organizationId()).isEqualTo(acme.organization());
            assertThat(found.role()).isEqualTo("owner");
            assertThat(found.livemode()).isFalse();
            assertThat(found.scopes()).isNull();
        });
        assertThat(signIn.useApiKey(hash(key + "0"))).isEmpty();
    }

    @Test
    void a_nonce_is_valid_once_and_returns_its_request() {
        var nonce = new NewNonce(hash("nonce"), "sign_in", "example.com", "0x" + "a".repeat(40), 8453L, null);
        assertThat(signIn.createNonce(nonce)).isAfter(Instant.now());
        assertThat(signIn.consumeNonce(nonce.hash())).hasValueSatisfying(consumed -> {
            assertThat(consumed.domain()).isEqualTo("example.com");
            assertThat(consumed.chainId()).isEqualTo(8453L);
            assertThat(consumed.userId()).isNull();
        });
        assertThat(signIn.consumeNonce(nonce.hash())).isEmpty();
    }

    @Test
    void a_person_signs_up_links_belongs_and_leaves() {
        var wallet = new Wallet("0x" + "b".repeat(40), 0, "eoa");
        var identity = new Identity("oidc", "https://id.example", "b", null);
        var user = signIn.registerWalletUser("B", wallet);
        assertThat(signIn.findUserByWallet(wallet.address(), 0)).contains(user);
        assertThat(signIn.findUserByWallet(wallet.address(), 1)).isEmpty();
        assertThat(signIn.linkIdentity(user, identity)).isPresent();
        var organization = signIn.createOrganization(user, new NewOrganization("b-corp", "B Corp", "DE", "EUR"));
        assertThat(signIn.organizationsOf(user))
                .containsExactly(new Belonging(organization, "b-corp", "B Corp", "active", "owner"));
        assertThat(signIn.findUserByIdentity(identity, null)).hasValueSatisfying(found -> {
            assertThat(found.userId()).isEqualTo(user);
            assertThat(found.organizationId()).as("the only one").isEqualTo(organization);
            assertThat(found.role()).isEqualTo("owner");
        });

        var session = session("b", user);
        assertThat(signIn.createSession(session)).isPresent();
        assertThat(signIn.findSession(session.tokenHash(), UUID.randomUUID()))
                .hasValueSatisfying(found ->
                        assertThat(found.organizationId()).as("not theirs").isNull());
        assertThat(signIn.unlinkIdentity(user, identity)).isTrue();
        assertThat(signIn.findSession(session.tokenHash(), null))
                .as("signed out")
                .isEmpty();
        assertThatThrownBy(() -> signIn.unlinkWallet(user, wallet.address(), 0))
                .isInstanceOfSatisfying(
                        StatementFailure.class, e -> assertThat(e.constraint()).contains("app_user_keep_a_way_in"));
    }

    private static NewSession session(String token, UUID user) {
        return new NewSession(hash(token), user, "wallet", 60, null, "192.0.2.1");
    }

    /// A mapper whose every call is a transaction of its own.
    private static <M> M each(Class<M> mapper, Database database) {
        return mapper.cast(Proxy.newProxyInstance(
                mapper.getClassLoader(),
                new Class<?>[] {mapper},
                (proxy, method, arguments) -> database.write(on -> {
                    try {
                        return method.invoke(on.get(mapper), arguments);
                    } catch (InvocationTargetException e) {
                        throw (RuntimeException) e.getCause();
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                })));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
