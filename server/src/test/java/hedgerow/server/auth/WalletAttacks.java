package hedgerow.server.auth;

import static hedgerow.server.http.ProblemCode.ALREADY_EXISTS;
import static hedgerow.server.http.ProblemCode.FORBIDDEN;
import static hedgerow.server.http.ProblemCode.INVALID_BODY;
import static hedgerow.server.http.ProblemCode.INVALID_PROOF;
import static hedgerow.server.http.ProblemCode.LAST_WAY_IN;
import static hedgerow.server.http.ProblemCode.NOT_FOUND;
import static hedgerow.server.http.ProblemCode.STALE_SIGN_IN;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Attacks with messages, signatures and nonces that prove nothing, and attempts to take over or lock out
/// an account.
final class WalletAttacks {

    private static final Wallet EVE = Wallet.of("Eve");

    private WalletAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(messages(), signatures(), nonces(), links(), unlinks(), identities(), oldTokens())
                .flatMap(attacks -> attacks);
    }

    private static Attack wallet(String name, ProblemCode expected, Function<World, Answer> attempt) {
        return new Attack("wallet, " + name, expected, attempt);
    }

    /// An attack in which the message is changed before it is signed, as by a page of the attacker.
    private static Attack message(String name, UnaryOperator<String> change) {
        return message(name, INVALID_PROOF, change);
    }

    private static Attack message(String name, ProblemCode expected, UnaryOperator<String> change) {
        return wallet(name, expected, world -> {
            var message = change.apply(world.message(EVE));
            return signIn(world, message, EVE.sign(message));
        });
    }

    /// An attack in which the message is right, but its signature is not.
    private static Attack signature(String name, Function<String, String> signature) {
        return wallet(name, INVALID_PROOF, world -> {
            var message = world.message(EVE);
            return signIn(world, message, signature.apply(message));
        });
    }

    private static Stream<Attack> messages() {
        return Stream.of(
                message("another domain", text -> text.replace("app.example wants", "evil.example wants")),
                message(
                        "a domain with another port",
                        text -> text.replace("app.example wants", "app.example:8443 wants")),
                message(
                        "another of our own domains",
                        text -> text.replace("app.example wants", "other.example:8443 wants")),
                message(
                        "a domain behind a name",
                        text -> text.replace("app.example wants", "app.example@evil.example wants")),
                message("a domain in other case", text -> text.replace("app.example wants", "APP.example wants")),
                message(
                        "a domain with look-alike letters",
                        text -> text.replace("app.example wants", "аpp.example wants")),
                message("another scheme", text -> "http://" + text),
                message("another URI", text -> text.replace("URI: https://app.example", "URI: https://evil.example")),
                message(
                        "a URI below ours",
                        text -> text.replace("URI: https://app.example", "URI: https://app.example/x")),
                message(
                        "a URI like ours",
                        text -> text.replace("URI: https://app.example", "URI: https://app.example.evil")),
                message("another chain", text -> text.replace("Chain ID: 1", "Chain ID: 5")),
                message("chain 01", text -> text.replace("Chain ID: 1", "Chain ID: 01")),
                message("another version", text -> text.replace("Version: 1", "Version: 2")),
                message("another statement", text -> text.replace("Sign in to Hedgerow.", "Get free tokens.")),
                message("no statement", text -> text.replace("Sign in to Hedgerow.\n", "")),
                message("two statements", text -> text.replace("Sign in to Hedgerow.", "Sign in to Hedgerow.\nMore.")),
                message(
                        "an address without checksum",
                        text -> text.replace(
                                EVE.address().checksummed(), EVE.address().lowerCase())),
                message(
                        "the address of somebody else",
                        text -> text.replace(
                                EVE.address().checksummed(),
                                Wallet.of("victim").address().checksummed())),
                message("expired", text -> times(text, "2026-01-01T00:00:00Z")),
                message("not valid yet", text -> text.replaceAll("Not Before: .*", "Not Before: 2999-01-01T00:00:00Z")),
                message("issued long ago", text -> issued(text, Instant.now().minusSeconds(900))),
                message(
                        "issued in the future",
                        text -> issued(text, Instant.now().plusSeconds(900))),
                message("a request id", text -> text + "\nRequest ID: 1"),
                message("resources", text -> text + "\nResources:\n- https://app.example/admin"),
                message("an appendix", text -> text + "\n"),
                message("Windows line ends", text -> text.replace("\n", "\r\n")),
                message("any text", text -> "Please sign in"),
                message("binary", INVALID_BODY, text -> text.replace("Sign in", "Sign\u0000in")));
    }

    private static Stream<Attack> signatures() {
        return Stream.of(
                signature("of somebody else", message -> Wallet.of("Mallory").sign(message)),
                signature("of another text", message -> EVE.sign(message + " ")),
                signature("without the prefix", EVE::signRaw),
                signature(
                        "malleated to a high s",
                        message -> Wallet.hex(KeySignatureTest.malleated(EVE.signature(message)))),
                signature("cut off", message -> Wallet.hex(Arrays.copyOf(EVE.signature(message), 64))),
                signature("with an appendix", message -> Wallet.hex(Arrays.copyOf(EVE.signature(message), 66))),
                signature("of zeros", message -> Wallet.hex(new byte[65])),
                signature("of zeros, v 27", message -> "0x" + "00".repeat(64) + "1b"),
                signature("with r beyond the order", message -> "0x" + "ff".repeat(32) + "11".repeat(32) + "1b"),
                signature("with r on no point", message -> "0x" + "00".repeat(31) + "05" + "11".repeat(32) + "1b"),
                signature("with v of a transaction", message -> withV(message, 37)),
                signature("with the other v", message -> withV(message, EVE.signature(message)[64] == 27 ? 28 : 27)),
                signature("of one byte", message -> "0x00"),
                signature("of an odd number of digits", message -> EVE.sign(message) + "0"),
                signature("no hexadecimal", message -> EVE.sign(message).replace("0x", "zz")),
                signature("huge", message -> "0x" + "00".repeat(16_384)),
                signature(
                        "of a contract that nobody can ask",
                        message -> "0x" + "11".repeat(32)
                                + "6492649264926492649264926492649264926492649264926492649264926492"));
    }

    private static Stream<Attack> nonces() {
        return Stream.of(
                wallet("replays", INVALID_PROOF, world -> {
                    var message = world.message(EVE);
                    signIn(world, message, EVE.sign(message));
                    return signIn(world, message, EVE.sign(message));
                }),
                wallet("tries a second time after a failure", INVALID_PROOF, world -> {
                    var message = world.message(EVE);
                    signIn(world, message, Wallet.of("Mallory").sign(message));
                    return signIn(world, message, EVE.sign(message));
                }),
                wallet("a made-up nonce", INVALID_PROOF, world -> {
                    var message = world.message(EVE).replaceAll("Nonce: \\w+", "Nonce: " + Token.random(24));
                    return signIn(world, message, EVE.sign(message));
                }),
                wallet("the nonce of another wallet", INVALID_PROOF, world -> {
                    var theirs = world.message(Wallet.of("victim"));
                    var message = theirs.replace(
                            Wallet.of("victim").address().checksummed(),
                            EVE.address().checksummed());
                    return signIn(world, message, EVE.sign(message));
                }),
                wallet("the nonce of a link", INVALID_PROOF, world -> {
                    var message = world.message(world.session("Owner of Acme"), "link_wallet", EVE);
                    return signIn(world, message, EVE.sign(message));
                }),
                wallet("the nonce of a link in the words of a sign-in", INVALID_PROOF, world -> {
                    var link = world.message(world.session("Owner of Acme"), "link_wallet", EVE);
                    var message = link.replaceAll("Link this wallet.*", "Sign in to Hedgerow.");
                    return signIn(world, message, EVE.sign(message));
                }),
                wallet("too late", INVALID_PROOF, world -> {
                    var message = world.message(EVE);
                    world.run("update app.auth_nonce set issued_at = issued_at - interval '1 hour',"
                            + " expires_at = expires_at - interval '1 hour' where address = '"
                            + EVE.address().lowerCase() + "'");
                    return signIn(world, message, EVE.sign(message));
                }),
                wallet("of a suspended person", FORBIDDEN, world -> {
                    var wallet = world.walletOf("Former of Initech");
                    world.run("update app.app_user set status = 'suspended' where display_name = 'Former of Initech'"
                            + " and status = 'active'");
                    var message = world.message(wallet);
                    return signIn(world, message, wallet.sign(message));
                }),
                wallet(
                        "a nonce for a page of others",
                        INVALID_BODY,
                        world -> world.post(
                                "/v1/auth/nonces",
                                Map.of("address", EVE.address().checksummed(), "domain", "evil.example"))),
                wallet(
                        "a nonce for an address without checksum",
                        INVALID_BODY,
                        world -> world.post(
                                "/v1/auth/nonces",
                                Map.of("address", EVE.address().lowerCase()))),
                wallet("a kind that was not shown", INVALID_BODY, world -> {
                    var message = world.message(EVE);
                    return world.post(
                            "/v1/auth/wallet-sessions",
                            Map.of("message", message, "signature", EVE.sign(message), "kind", "contract"));
                }));
    }

    private static Stream<Attack> links() {
        return Stream.of(
                wallet("links by a stolen session", STALE_SIGN_IN, world -> {
                    var session = world.session("Owner of Acme");
                    var message = world.message(session, "link_wallet", EVE);
                    world.age(session);
                    return way(world, session, "/v1/me/wallets", message, EVE);
                }),
                wallet("unlinks by a stolen session", STALE_SIGN_IN, world -> {
                    var victim = world.walletOf("Owner of Acme");
                    var session = world.signIn(victim);
                    var message = world.message(session, "unlink_wallet", victim);
                    world.age(session);
                    return way(world, session, "/v1/me/wallets/unlink", message, victim);
                }),
                wallet("links the wallet of somebody else", ALREADY_EXISTS, world -> {
                    var theirs = world.walletOf("Owner of Globex");
                    var session = world.session("Owner of Acme");
                    return way(world, session, "/v1/me/wallets", world.message(session, "link_wallet", theirs), theirs);
                }),
                wallet("links without the signature of the wallet", INVALID_PROOF, world -> {
                    var session = world.session("Owner of Acme");
                    var message = world.message(session, "link_wallet", EVE);
                    return way(world, session, "/v1/me/wallets", message, Wallet.of("Mallory"));
                }),
                wallet("links with what was signed for another account", INVALID_PROOF, world -> {
                    var message = world.message(world.session("Owner of Globex"), "link_wallet", EVE);
                    return way(world, world.session("Owner of Acme"), "/v1/me/wallets", message, EVE);
                }),
                wallet(
                        "links with what was signed to sign in",
                        INVALID_PROOF,
                        world -> way(world, world.session("Owner of Acme"), "/v1/me/wallets", world.message(EVE), EVE)),
                wallet("links with what was signed to unlink", INVALID_PROOF, world -> {
                    var session = world.session("Owner of Acme");
                    return way(world, session, "/v1/me/wallets", world.message(session, "unlink_wallet", EVE), EVE);
                }),
                wallet("links twice with one proof", INVALID_PROOF, world -> {
                    var fresh = Wallet.of("twice");
                    var session = world.session("Owner of Acme");
                    var message = world.message(session, "link_wallet", fresh);
                    way(world, session, "/v1/me/wallets", message, fresh);
                    return way(world, session, "/v1/me/wallets", message, fresh);
                }));
    }

    private static Stream<Attack> unlinks() {
        return Stream.of(
                wallet("locks the person out of another wallet", INVALID_PROOF, world -> {
                    var stolen = world.signIn(world.walletOf("Owner of Acme"));
                    var other = world.walletOf("Owner of Acme");
                    return way(
                            world, stolen, "/v1/me/wallets/unlink", world.message(stolen, "unlink_wallet", other), EVE);
                }),
                wallet("unlinks the wallet of somebody else", NOT_FOUND, world -> {
                    var session = world.session("Owner of Acme");
                    var theirs = world.walletOf("Owner of Globex");
                    return way(
                            world,
                            session,
                            "/v1/me/wallets/unlink",
                            world.message(session, "unlink_wallet", theirs),
                            theirs);
                }),
                wallet("unlinks the last way in", LAST_WAY_IN, world -> {
                    var only = Wallet.of("only" + Instant.now());
                    var session = world.signIn(only);
                    return way(
                            world,
                            session,
                            "/v1/me/wallets/unlink",
                            world.message(session, "unlink_wallet", only),
                            only);
                }));
    }

    private static Stream<Attack> identities() {
        return Stream.of(
                wallet("links an identity by a stolen session", STALE_SIGN_IN, world -> {
                    var session = world.session("Owner of Acme");
                    var nonce = nonce(world, session, "link_identity");
                    world.age(session);
                    return identity(
                            world,
                            session,
                            "/v1/me/identities",
                            world.jwt("eve").claim("nonce", nonce));
                }),
                wallet(
                        "links an identity by a token that was made for something else",
                        INVALID_PROOF,
                        world ->
                                identity(world, world.session("Owner of Acme"), "/v1/me/identities", world.jwt("eve"))),
                wallet(
                        "links an identity by a made-up nonce",
                        INVALID_PROOF,
                        world -> identity(
                                world,
                                world.session("Owner of Acme"),
                                "/v1/me/identities",
                                world.jwt("eve").claim("nonce", Token.random(24)))),
                wallet("links an identity by a nonce of somebody else", INVALID_PROOF, world -> {
                    var nonce = nonce(world, world.session("Owner of Globex"), "link_identity");
                    return identity(
                            world,
                            world.session("Owner of Acme"),
                            "/v1/me/identities",
                            world.jwt("eve").claim("nonce", nonce));
                }),
                wallet("links an identity by a nonce to unlink", INVALID_PROOF, world -> {
                    var session = world.session("Owner of Acme");
                    var nonce = nonce(world, session, "unlink_identity");
                    return identity(
                            world,
                            session,
                            "/v1/me/identities",
                            world.jwt("eve").claim("nonce", nonce));
                }),
                wallet("links the identity of somebody else", ALREADY_EXISTS, world -> {
                    var session = world.session("Owner of Globex");
                    var nonce = nonce(world, session, "link_identity");
                    return identity(
                            world,
                            session,
                            "/v1/me/identities",
                            world.jwt("owner").claim("nonce", nonce));
                }),
                wallet("unlinks the identity of somebody else", NOT_FOUND, world -> {
                    var session = world.session("Owner of Globex");
                    var nonce = nonce(world, session, "unlink_identity");
                    return identity(
                            world,
                            session,
                            "/v1/me/identities/unlink",
                            world.jwt("owner").claim("nonce", nonce));
                }));
    }

    private static Stream<Attack> oldTokens() {
        return Stream.of(
                wallet("a JWT that does not say when its person signed in", STALE_SIGN_IN, world -> {
                    var token = world.jwt("owner").claim("auth_time", null).sign();
                    var message = world.message(token, "link_wallet", EVE);
                    return way(world, token, "/v1/me/wallets", message, EVE);
                }),
                wallet("a JWT whose person signed in long ago", STALE_SIGN_IN, world -> {
                    var token = world.jwt("owner")
                            .claim("auth_time", Instant.now().getEpochSecond() - 900)
                            .sign();
                    var message = world.message(token, "link_wallet", EVE);
                    return way(world, token, "/v1/me/wallets", message, EVE);
                }));
    }

    // --- tools ---------------------------------------------------------------------------------------------------

    private static Answer signIn(World world, String message, String signature) {
        return world.post("/v1/auth/wallet-sessions", World.proof(message, signature));
    }

    private static Answer way(World world, String session, String path, String message, Wallet signer) {
        return world.post(path, World.proof(message, signer.sign(message)), "Authorization", "Bearer " + session);
    }

    private static String nonce(World world, String session, String purpose) {
        return world.post("/v1/me/nonces", Map.of("purpose", purpose), "Authorization", "Bearer " + session)
                .body()
                .path("nonce")
                .asString();
    }

    private static Answer identity(World world, String session, String path, Jwt token) {
        return world.post(path, Map.of("token", token.sign()), "Authorization", "Bearer " + session);
    }

    private static String times(String text, String expiration) {
        return text.replaceAll("Expiration Time: .*", "Expiration Time: " + expiration);
    }

    private static String issued(String text, Instant time) {
        return text.replaceAll("Issued At: .*", "Issued At: " + time);
    }

    private static String withV(String message, int v) {
        var signature = EVE.signature(message);
        signature[64] = (byte) v;
        return Wallet.hex(signature);
    }
}
