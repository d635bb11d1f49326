package hedgerow.server.auth;

import static hedgerow.server.http.ProblemCode.FORBIDDEN;
import static hedgerow.server.http.ProblemCode.INSUFFICIENT_SCOPE;
import static hedgerow.server.http.ProblemCode.INVALID_HEADER;
import static hedgerow.server.http.ProblemCode.INVALID_PARAMETER;
import static hedgerow.server.http.ProblemCode.UNAUTHENTICATED;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/// Attacks with keys that are invalid, or invalid for this purpose; and requests that try to be two
/// callers.
final class KeyAttacks {

    static final String DEMO = "hk_test_acmeOwnerDemoKey00000000000000000000492040";

    private static final String CUSTOMERS = "/v1/customers";

    private KeyAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(keys(), places(), rights(), several()).flatMap(attacks -> attacks);
    }

    private static Attack key(String name, Function<World, String> credential) {
        return new Attack("key, " + name, UNAUTHENTICATED, world -> world.bearer(CUSTOMERS, credential.apply(world)));
    }

    private static Attack key(String name, ProblemCode expected, Function<World, Answer> attempt) {
        return new Attack("key, " + name, expected, attempt);
    }

    private static Stream<Attack> keys() {
        return Stream.of(
                key("mistyped", world -> DEMO.replace("acme", "acne")),
                key("never made", world -> Token.generate(Token.Kind.TEST_KEY).secret()),
                key("revoked", world -> {
                    var token = world.key("acme", false, "owner");
                    world.inTenant(
                            "acme",
                            "update app.api_key set revoked_at = now() where key_hash = '\\x" + World.hex(token) + "'");
                    return token.secret();
                }),
                key(
                        "expired",
                        world -> world.key("acme", false, "owner", ", expires_at", ", '2026-01-02'")
                                .secret()),
                key("of a suspended organization", world -> {
                    var token = world.key("initech", false, "owner");
                    world.inTenant(
                            "initech",
                            "update app.organization set status = 'suspended' where slug = 'initech'"
                                    + " and status = 'active'");
                    return token.secret();
                }),
                key("its prefix", world -> world.key("acme", false, "owner").prefix()),
                key("its hash", world -> World.hex(world.key("acme", false, "owner"))),
                key("its hash behind the prefix", world -> "hk_test_" + World.hex(world.key("acme", false, "owner"))),
                key("in upper case", world -> DEMO.toUpperCase(Locale.ROOT)),
                key("in upper case, after the right one on its connection", UNAUTHENTICATED, world -> {
                    world.bearer(CUSTOMERS, DEMO);
                    return world.bearer(CUSTOMERS, DEMO.toUpperCase(Locale.ROOT));
                }),
                key("of test data called live", world -> DEMO.replace("hk_test_", "hk_live_")),
                key("with SQL", world -> DEMO + "'--"),
                key(
                        "an invitation",
                        world -> Token.generate(Token.Kind.INVITATION).secret()),
                key("the word null", world -> "null"),
                key("empty", UNAUTHENTICATED, world -> world.get(CUSTOMERS, "Authorization", "Bearer ")),
                key("huge", UNAUTHENTICATED, world -> world.bearer(CUSTOMERS, "hk_test_" + "a".repeat(9_000))));
    }

    private static Stream<Attack> places() {
        return Stream.of(
                key(
                        "of test data on live data",
                        FORBIDDEN,
                        world -> world.bearer(CUSTOMERS, DEMO, Place.LIVEMODE, "true")),
                key(
                        "of live data on test data",
                        FORBIDDEN,
                        world -> world.bearer(
                                CUSTOMERS, world.key("acme", true, "owner").secret(), Place.LIVEMODE, "false")),
                key(
                        "in another organization",
                        FORBIDDEN,
                        world -> world.bearer(
                                CUSTOMERS,
                                DEMO,
                                Place.ORGANIZATION,
                                world.organization("globex").toString())),
                key(
                        "in an organization that is not",
                        FORBIDDEN,
                        world -> world.bearer(
                                CUSTOMERS,
                                DEMO,
                                Place.ORGANIZATION,
                                UUID.randomUUID().toString())),
                key(
                        "livemode in capitals",
                        INVALID_HEADER,
                        world -> world.bearer(CUSTOMERS, DEMO, Place.LIVEMODE, "TRUE")));
    }

    private static Stream<Attack> rights() {
        return Stream.of(
                key(
                        "restricted, beyond its scope",
                        INSUFFICIENT_SCOPE,
                        world -> world.bearer(CUSTOMERS, restricted(world, "payment_orders:read"))),
                key(
                        "restricted to nothing",
                        INSUFFICIENT_SCOPE,
                        world -> world.bearer(CUSTOMERS, restricted(world, ""))),
                key(
                        "restricted to reading, writes",
                        INSUFFICIENT_SCOPE,
                        world -> world.post(
                                CUSTOMERS,
                                Map.of("name", "Eve"),
                                "Authorization",
                                "Bearer " + restricted(world, "customers:read"))),
                key(
                        "of a viewer, writes",
                        FORBIDDEN,
                        world -> world.post(
                                CUSTOMERS, Map.of("name", "Eve"), "Authorization", "Bearer " + viewer(world))),
                key(
                        "of a viewer, with a role of its own",
                        FORBIDDEN,
                        world -> world.post(
                                CUSTOMERS,
                                Map.of("name", "Eve"),
                                "Authorization",
                                "Bearer " + viewer(world),
                                "Hedgerow-Role",
                                "owner",
                                "X-Role",
                                "owner")),
                key("plays a person", FORBIDDEN, world -> world.bearer("/v1/me", DEMO)),
                key(
                        "founds an organization",
                        FORBIDDEN,
                        world -> world.post(
                                "/v1/organizations",
                                Map.of("slug", "eve", "name", "Eve", "country", "DE", "default_currency", "EUR"),
                                "Authorization",
                                "Bearer " + DEMO)));
    }

    private static Stream<Attack> several() {
        return Stream.of(
                key("in the address", INVALID_PARAMETER, world -> world.get(CUSTOMERS + "?api_key=" + DEMO)),
                key(
                        "in the address, beside another",
                        INVALID_PARAMETER,
                        world -> world.bearer(CUSTOMERS + "?access_token=x", DEMO)),
                key(
                        "in the address, under a harmless name",
                        INVALID_PARAMETER,
                        world -> world.bearer(CUSTOMERS + "?email=" + DEMO, DEMO)),
                key("twice", INVALID_HEADER, world -> world.bearer(CUSTOMERS, DEMO, "Authorization", "Bearer " + DEMO)),
                key(
                        "and a JWT",
                        INVALID_HEADER,
                        world -> world.bearer(
                                CUSTOMERS,
                                DEMO,
                                "Authorization",
                                "Bearer " + world.jwt("owner").sign())),
                key(
                        "and a session",
                        INVALID_HEADER,
                        world -> world.bearer(
                                CUSTOMERS, world.session("Owner of Acme"), "Authorization", "Bearer " + DEMO)),
                key(
                        "and another in X-Api-Key",
                        INVALID_HEADER,
                        world -> world.bearer(CUSTOMERS, DEMO, "X-Api-Key", DEMO)),
                key(
                        "and another behind a comma",
                        UNAUTHENTICATED,
                        world -> world.get(CUSTOMERS, "Authorization", "Bearer " + DEMO + ", Bearer " + DEMO)),
                key(
                        "and another behind a space",
                        UNAUTHENTICATED,
                        world -> world.get(CUSTOMERS, "Authorization", "Bearer " + DEMO + " " + DEMO)),
                key(
                        "by Basic",
                        UNAUTHENTICATED,
                        world -> world.get(
                                CUSTOMERS,
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString((DEMO + ":").getBytes(StandardCharsets.UTF_8)))),
                key("without a scheme", UNAUTHENTICATED, world -> world.get(CUSTOMERS, "Authorization", DEMO)),
                key("in a cookie", UNAUTHENTICATED, world -> world.get(CUSTOMERS, "Cookie", "Authorization=" + DEMO)),
                key(
                        "in the body",
                        UNAUTHENTICATED,
                        world -> world.send("POST", CUSTOMERS, Optional.of(Map.of("name", "Eve", "api_key", DEMO)))),
                key("none at all", UNAUTHENTICATED, world -> world.get(CUSTOMERS)),
                key(
                        "two organizations",
                        INVALID_HEADER,
                        world -> world.bearer(
                                CUSTOMERS,
                                DEMO,
                                Place.ORGANIZATION,
                                world.organization("acme").toString(),
                                Place.ORGANIZATION,
                                world.organization("globex").toString())));
    }

    private static String restricted(World world, String scopes) {
        return world.key(
                        "acme",
                        false,
                        "owner",
                        ", kind, scopes",
                        ", 'restricted', string_to_array('" + scopes + "', ',')")
                .secret();
    }

    private static String viewer(World world) {
        return world.key("acme", false, "viewer").secret();
    }
}
