package hedgerow.server.auth;

import static hedgerow.server.http.ProblemCode.FORBIDDEN;
import static hedgerow.server.http.ProblemCode.INVALID_HEADER;
import static hedgerow.server.http.ProblemCode.NOT_FOUND;
import static hedgerow.server.http.ProblemCode.ORGANIZATION_REQUIRED;
import static hedgerow.server.http.ProblemCode.UNAUTHENTICATED;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Sha256;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/// Attacks by people who have signed in, and belong elsewhere, or no longer here.
final class PersonAttacks {

    private static final String CUSTOMERS = "/v1/customers";

    private PersonAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(sessions(), organizations(), memberships(), others()).flatMap(attacks -> attacks);
    }

    private static Attack person(String name, ProblemCode expected, Function<World, Answer> attempt) {
        return new Attack("person, " + name, expected, attempt);
    }

    private static Stream<Attack> sessions() {
        return Stream.of(
                person("after signing out", UNAUTHENTICATED, world -> {
                    var session = world.session("Owner of Acme");
                    delete(world, session, "current");
                    return world.bearer("/v1/me", session);
                }),
                person("when the session is over", UNAUTHENTICATED, world -> {
                    var session = world.session("Owner of Acme");
                    world.run("update app.auth_session set created_at = '2026-01-01', expires_at = '2026-01-02'"
                            + where(session));
                    return world.bearer("/v1/me", session);
                }),
                person("suspended", UNAUTHENTICATED, world -> {
                    var session = world.session("Former of Globex");
                    world.run("update app.app_user set status = 'suspended' where display_name = 'Former of Globex'"
                            + " and status = 'active'");
                    return world.bearer("/v1/me", session);
                }),
                person(
                        "by a made-up session",
                        UNAUTHENTICATED,
                        world -> world.bearer(
                                "/v1/me", Token.generate(Token.Kind.SESSION).secret())),
                person(
                        "by the hash of the session",
                        UNAUTHENTICATED,
                        world -> world.bearer(
                                "/v1/me", "hs_" + HexFormat.of().formatHex(Sha256.of(world.session("Owner of Acme"))))),
                person("by the id of the session", UNAUTHENTICATED, world -> {
                    var session = world.session("Owner of Acme");
                    return world.bearer(
                            "/v1/me", "hs_" + world.one("select id from app.auth_session" + where(session)));
                }),
                person(
                        "by a session called a key",
                        UNAUTHENTICATED,
                        world -> world.bearer(
                                "/v1/me", world.session("Owner of Acme").replace("hs_", "hk_test_"))));
    }

    private static Stream<Attack> organizations() {
        return Stream.of(
                person(
                        "in an organization of others",
                        FORBIDDEN,
                        world -> in(
                                world,
                                "Owner of Acme",
                                world.organization("globex").toString())),
                person(
                        "in an organization that is not",
                        FORBIDDEN,
                        world -> in(world, "Owner of Acme", UUID.randomUUID().toString())),
                person("in no organization", INVALID_HEADER, world -> in(world, "Owner of Acme", "acme")),
                person(
                        "in an organization in SQL",
                        INVALID_HEADER,
                        world -> in(world, "Owner of Acme", world.organization("acme") + "' or ''='")),
                person(
                        "in two organizations at once",
                        INVALID_HEADER,
                        world -> world.bearer(
                                CUSTOMERS,
                                world.session("Robin"),
                                Place.ORGANIZATION,
                                world.organization("acme").toString(),
                                Place.ORGANIZATION,
                                world.organization("globex").toString())),
                person(
                        "of two organizations, in neither",
                        ORGANIZATION_REQUIRED,
                        world -> world.bearer(CUSTOMERS, world.session("Robin"))));
    }

    private static Stream<Attack> memberships() {
        return Stream.of(
                person(
                        "with a suspended membership",
                        FORBIDDEN,
                        world -> in(
                                world,
                                "Former of Acme",
                                world.organization("acme").toString())),
                person(
                        "with a suspended membership, by default",
                        ORGANIZATION_REQUIRED,
                        world -> world.bearer(CUSTOMERS, world.session("Former of Acme"))),
                person("removed while signed in", FORBIDDEN, world -> {
                    var session = world.session("Viewer of Globex");
                    world.inTenant(
                            "globex",
                            "delete from app.membership where user_id = '" + world.user("Viewer of Globex") + "'");
                    return world.bearer(
                            CUSTOMERS,
                            session,
                            Place.ORGANIZATION,
                            world.organization("globex").toString());
                }),
                person(
                        "in a mode of neither kind",
                        INVALID_HEADER,
                        world -> world.bearer(CUSTOMERS, world.session("Owner of Acme"), Place.LIVEMODE, "1")),
                person(
                        "in both modes",
                        INVALID_HEADER,
                        world -> world.bearer(
                                CUSTOMERS,
                                world.session("Owner of Acme"),
                                Place.LIVEMODE,
                                "true",
                                Place.LIVEMODE,
                                "false")),
                person(
                        "a viewer who says owner",
                        FORBIDDEN,
                        world -> world.post(
                                CUSTOMERS,
                                Map.of("name", "Eve"),
                                "Authorization",
                                "Bearer " + world.session("Viewer of Acme"),
                                "Hedgerow-Role",
                                "owner")));
    }

    private static Stream<Attack> others() {
        return Stream.of(
                person("ends a session of others", NOT_FOUND, world -> {
                    var victim = world.session("Owner of Acme");
                    var id = world.one("select id from app.auth_session" + where(victim));
                    return delete(world, world.session("Member of Acme"), id);
                }),
                person(
                        "ends a session that is none",
                        NOT_FOUND,
                        world -> delete(world, world.session("Member of Acme"), "current' or ''='")),
                person(
                        "accepts an invitation that was never made",
                        NOT_FOUND,
                        world -> accept(
                                world, Token.generate(Token.Kind.INVITATION).secret())),
                person(
                        "accepts an invitation by its hash",
                        NOT_FOUND,
                        world -> accept(
                                world, world.one("select encode(token_hash, 'hex') from app.invitation limit 1"))),
                person("accepts a session", NOT_FOUND, world -> accept(world, world.session("Owner of Acme"))),
                person("accepts a revoked invitation", NOT_FOUND, world -> accept(world, invitation(world, "revoked"))),
                person("accepts an invitation too late", NOT_FOUND, world -> accept(world, invitation(world, "late"))),
                person(
                        "takes the name of another organization",
                        ProblemCode.ALREADY_EXISTS,
                        world -> world.post(
                                "/v1/organizations",
                                Map.of("slug", "globex", "name", "Eve", "country", "DE", "default_currency", "EUR"),
                                "Authorization",
                                "Bearer " + world.session("Member of Acme"))),
                person("joins without proof", UNAUTHENTICATED, world -> world.post("/v1/me", Map.of())),
                person(
                        "joins with a key",
                        UNAUTHENTICATED,
                        world -> world.send(
                                "POST", "/v1/me", Optional.empty(), "Authorization", "Bearer " + KeyAttacks.DEMO)),
                person(
                        "joins as somebody who is here",
                        ProblemCode.ALREADY_EXISTS,
                        world -> world.send(
                                "POST",
                                "/v1/me",
                                Optional.empty(),
                                "Authorization",
                                "Bearer " + world.jwt("owner").sign())));
    }

    private static Answer in(World world, String person, String organization) {
        return world.bearer(CUSTOMERS, world.session(person), Place.ORGANIZATION, organization);
    }

    private static Answer delete(World world, String session, String id) {
        var path = "/v1/auth/sessions/" + id.replace(" ", "%20").replace("'", "%27");
        return world.send("DELETE", path, Optional.empty(), "Authorization", "Bearer " + session);
    }

    private static Answer accept(World world, String token) {
        return world.post(
                "/v1/invitations/accept",
                Map.of("token", token),
                "Authorization",
                "Bearer " + world.session("Member of Acme"));
    }

    private static String invitation(World world, String how) {
        var token = Token.generate(Token.Kind.INVITATION);
        world.inTenant("globex", """
            insert into app.invitation (organization_id, email, role, token_hash, invited_by, created_at, expires_at)
            values (app.organization_id(), '%1$s@example.com', 'owner', '\\x%2$s', 'system:test', '2026-01-01',
                    case '%1$s' when 'late' then '2026-01-02'::timestamptz else now() + interval '1 day' end);
            update app.invitation set status = 'revoked' where email = 'revoked@example.com' and status = 'pending'
            """.formatted(how, World.hex(token)));
        return token.secret();
    }

    private static String where(String session) {
        return " where token_hash = '\\x%s'".formatted(HexFormat.of().formatHex(Sha256.of(session)));
    }
}
