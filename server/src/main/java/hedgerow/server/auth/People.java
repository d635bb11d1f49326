package hedgerow.server.auth;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.auth.Belonging;
import hedgerow.mappers.auth.ConsumedNonce;
import hedgerow.mappers.auth.FoundKey;
import hedgerow.mappers.auth.FoundPerson;
import hedgerow.mappers.auth.FoundSession;
import hedgerow.mappers.auth.SignInMapper;
import hedgerow.mappers.auth.SignInMapper.Identity;
import hedgerow.mappers.auth.SignInMapper.NewNonce;
import hedgerow.mappers.auth.SignInMapper.NewOrganization;
import hedgerow.mappers.auth.SignInMapper.NewSession;
import hedgerow.mappers.auth.SignInMapper.Wallet;
import hedgerow.rls.bind.Tenant;
import hedgerow.server.http.DryRun;
import hedgerow.server.http.Sha256;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// The keys and people of the database, before a tenant is chosen.
final class People {

    private static final Tenant SIGN_IN = Tenant.without("system:sign-in", false);

    private static final int LONGEST_NAME = 200;
    private static final String UNIQUE_VIOLATION = "23505";

    private final Database database;

    People(Database database) {
        this.database = database;
    }

    // --- who asks ------------------------------------------------------------------------------------------------

    Optional<FoundKey> findKey(Token token) {
        return Tenant.none().call(() -> database.writeAlone(on -> signIn(on).useApiKey(token.hash())));
    }

    Optional<FoundSession> findSession(Token token, Optional<UUID> picked) {
        return Tenant.none()
                .call(() -> database.writeAlone(on -> signIn(on).findSession(token.hash(), picked.orElse(null))));
    }

    Optional<FoundPerson> findPerson(JwtIdentity identity, Optional<UUID> picked) {
        return read(signIn -> signIn.findUserByIdentity(row(identity), picked.orElse(null)));
    }

    // --- signing in ----------------------------------------------------------------------------------------------

    Instant keep(NewNonce nonce) {
        return write(signIn -> signIn.createNonce(nonce));
    }

    Optional<ConsumedNonce> consume(String nonce) {
        return write(signIn -> signIn.consumeNonce(Sha256.of(nonce)));
    }

    /// The person whose wallet this is, or a new one; empty if that person may not sign in.
    Optional<UUID> personOf(WalletProof proof, String kind) {
        try {
            return Optional.of(write(signIn -> owner(signIn, proof)
                    .orElseGet(() -> signIn.registerWalletUser(shortName(proof.address()), row(proof, kind)))));
        } catch (StatementFailure e) {
            if (!e.sqlState().equals(UNIQUE_VIOLATION)) {
                throw e;
            }
            return read(signIn -> owner(signIn, proof)); // a concurrent sign-in created the person, unless suspended
        }
    }

    private static Optional<UUID> owner(SignInMapper signIn, WalletProof proof) {
        return signIn.findUserByWallet(proof.address().lowerCase(), proof.chainId());
    }

    UUID join(Context ctx, JwtIdentity identity) {
        var name = identity.name().map(People::displayName).filter(given -> !given.isEmpty());
        return write(ctx, signIn -> signIn.registerIdentityUser(name.orElse("New user"), row(identity)));
    }

    /// The beginning of a name, in whole characters, without those that the database cannot store.
    private static String displayName(String given) {
        return given.codePoints()
                .filter(c -> !Character.isISOControl(c) && (c > 0xffff || !Character.isSurrogate((char) c)))
                .limit(LONGEST_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// Opens a session, and returns its time of expiry; empty if the person may not sign in.
    Optional<Instant> open(NewSession session) {
        return write(signIn -> signIn.createSession(session));
    }

    void close(Token session) {
        Tenant.none().call(() -> database.write(on -> signIn(on).revokeSession(session.hash())));
    }

    // --- ways in -------------------------------------------------------------------------------------------------

    Optional<UUID> link(UUID user, WalletProof proof, String kind) {
        return write(signIn -> signIn.linkWallet(user, row(proof, kind)));
    }

    Optional<UUID> link(UUID user, JwtIdentity identity) {
        return write(signIn -> signIn.linkIdentity(user, row(identity)));
    }

    boolean unlink(UUID user, WalletProof proof) {
        return write(signIn -> signIn.unlinkWallet(user, proof.address().lowerCase(), proof.chainId()));
    }

    boolean unlink(UUID user, JwtIdentity identity) {
        return write(signIn -> signIn.unlinkIdentity(user, row(identity)));
    }

    // --- organizations -------------------------------------------------------------------------------------------

    List<Belonging> organizations(UUID user) {
        return read(signIn -> signIn.organizationsOf(user));
    }

    UUID found(Context ctx, UUID user, NewOrganization organization) {
        return write(ctx, signIn -> signIn.createOrganization(user, organization));
    }

    UUID accept(Context ctx, UUID user, Token invitation) {
        return write(ctx, signIn -> signIn.acceptInvitation(user, invitation.hash()));
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private <T> T read(Function<SignInMapper, T> work) {
        return SIGN_IN.call(() -> database.read(on -> work.apply(signIn(on))));
    }

    private <T> T write(Function<SignInMapper, T> work) {
        return SIGN_IN.call(() -> database.write(on -> work.apply(signIn(on))));
    }

    private <T> T write(Context ctx, Function<SignInMapper, T> work) {
        return SIGN_IN.call(() -> DryRun.write(ctx, database, on -> work.apply(signIn(on))));
    }

    private static SignInMapper signIn(Mappers on) {
        return on.get(SignInMapper.class);
    }

    private static Wallet row(WalletProof proof, String kind) {
        return new Wallet(proof.address().lowerCase(), proof.chainId(), kind);
    }

    private static Identity row(JwtIdentity identity) {
        return new Identity(
                "oidc", identity.issuer(), identity.subject(), identity.email().orElse(null));
    }

    /// A name for a person who has not chosen one.
    private static String shortName(Address address) {
        var text = address.checksummed();
        return text.substring(0, 6) + "..." + text.substring(text.length() - 4);
    }
}
