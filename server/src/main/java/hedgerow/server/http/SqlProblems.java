package hedgerow.server.http;

import hedgerow.mappers.StatementFailure;
import hedgerow.server.http.Problem.Fault;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// Translates a refusal of the database for the caller. None of the database's own words are passed on:
/// they name tables, columns and values.
final class SqlProblems {

    /// Rules that have a name in the schema.
    private static final Map<String, ProblemCode> RULES = Map.ofEntries(
            Map.entry("membership_keep_an_owner", ProblemCode.LAST_OWNER),
            Map.entry("app_user_keep_a_way_in", ProblemCode.LAST_WAY_IN),
            Map.entry("payment_order_within_limit", ProblemCode.LIMIT_EXCEEDED),
            Map.entry("payment_order_within_period", ProblemCode.LIMIT_EXCEEDED),
            Map.entry("payment_order_on_supported_chain", ProblemCode.LIMIT_EXCEEDED),
            Map.entry("payment_order_approved", ProblemCode.NOT_APPROVED),
            Map.entry("payment_order_attempt_stands", ProblemCode.INVALID_STATE),
            Map.entry("payment_order_in_time", ProblemCode.INVALID_STATE),
            Map.entry("payment_order_of_able_agent", ProblemCode.INVALID_STATE),
            Map.entry("payment_order_from_open_wallet", ProblemCode.INVALID_STATE),
            Map.entry("payment_order_by_open_method", ProblemCode.INVALID_STATE),
            Map.entry("payment_order_of_active_tenant", ProblemCode.INVALID_STATE),
            Map.entry("payment_order_link_open", ProblemCode.PAYMENT_LINK_CLOSED),
            Map.entry("payment_attempt_of_its_agent", ProblemCode.INVALID_STATE),
            Map.entry("deposit_fits_order", ProblemCode.INVALID_STATE),
            Map.entry("refund_within_order", ProblemCode.LIMIT_EXCEEDED),
            Map.entry("refund_of_provider", ProblemCode.INVALID_STATE));

    /// Rules of payments whose name alone does not explain the remedy.
    private static final Map<String, String> PAYMENTS = Map.of(
            "deposit_fits_order",
                    "the deposit pays only an open order without an agent, of its own asset, amount and address; name"
                            + " another, or make one",
            "payment_order_within_period",
                    "the payments of this period use the agent's limit up; wait for the next, or raise it",
            "payment_order_in_time", "the order has expired; make another",
            "payment_order_of_able_agent", "the agent is not active, or lacks the capability `execute_payment`",
            "payment_order_from_open_wallet", "the agent's wallet is not active, or not on the chain of the asset",
            "payment_order_on_supported_chain",
                    "the agent does not support the chain of the asset; see its `supported_chains`",
            "payment_order_by_open_method", "the payment method is no longer active; make an order with another",
            "payment_order_of_active_tenant", "the organization is not active");

    /// Refusals of `sql/functions/authority.sql`, each with its remedy.
    private static final Map<String, String> AUTHORITY = Map.of(
            "api_key_within_giver",
                    "a key cannot be given more than its maker has; lower its role, or restrict it to the scopes of"
                            + " its maker",
            "api_key_ends_with_giver", "a key ends no later than the key that made it; send an earlier `expires_at`",
            "invitation_within_giver",
                    "nobody invites to a role above their own, and a restricted key to none; send an unrestricted key",
            "membership_within_giver",
                    "nobody gives a role above their own, and a restricted key gives none; send an unrestricted key",
            "payment_order_by_able_maker", "the agent lacks the capability `create_order`; an owner or admin gives it",
            "payment_order_second_person", "whoever approved an order cannot confirm it; let somebody else confirm it");

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String NO_CONNECTION = "SQLTransientConnectionException";

    /// The driver's SQLSTATE, not the server's, for a result that is longer than the driver may read.
    private static final String TOO_LONG = "08S01";

    private SqlProblems() {}

    /// The problem of a failure; empty if the statement itself is wrong, which is the server's fault.
    static Optional<Problem> of(StatementFailure failure) {
        if (NO_CONNECTION.equals(failure.getMessage())) {
            return Optional.of(unavailable()); // its SQLSTATE may be that of the last attempt to connect
        }
        var state = failure.sqlState();
        return switch (state) {
            case "23505" -> Optional.of(taken(failure));
            case "23503" -> Optional.of(reference(failure));
            case "23502" -> problem(ProblemCode.INVALID_BODY, "a required value is missing");
            case "23514" -> Optional.of(check(failure));
            case "22001", "22003", "22007", "22008", "22021", "22P02", "22P05" ->
                problem(ProblemCode.INVALID_BODY, "a value is out of range or does not fit its type");
            case "28000" -> problem(ProblemCode.FORBIDDEN, "the caller may not act in this organization");
            case "42501" -> problem(ProblemCode.FORBIDDEN, forbidden(failure));
            case "40001", "40P01", "55P03" -> problem(ProblemCode.CONCURRENT_CHANGE, "send the request again");
            case "57014", "57P01", "57P02", "57P03" -> Optional.of(unavailable());
            case TOO_LONG -> Optional.of(Answers.tooLarge());
            default -> state.startsWith("08") || state.startsWith("53") ? Optional.of(unavailable()) : Optional.empty();
        };
    }

    private static String forbidden(StatementFailure failure) {
        return failure.constraint().map(AUTHORITY::get).orElse("the caller's role does not allow this");
    }

    private static Optional<Problem> problem(ProblemCode code, String detail) {
        return Optional.of(new Problem(code, detail));
    }

    static Problem unavailable() {
        return new Problem(ProblemCode.UNAVAILABLE, "send the request again in a moment")
                .withHeader("Retry-After", "1");
    }

    private static Problem taken(StatementFailure failure) {
        var problem = new Problem(ProblemCode.ALREADY_EXISTS, "another row has a value that must be unique");
        return at(
                failure,
                problem,
                failure.columns().size() == 1 ? "is taken by another row" : "is taken together with the others");
    }

    private static Problem reference(StatementFailure failure) {
        var problem = new Problem(
                ProblemCode.INVALID_REFERENCE, "an id or code in the body does not refer to any of the caller's rows");
        return at(failure, problem, "does not exist in this mode, live or test");
    }

    private static Problem at(StatementFailure failure, Problem problem, String message) {
        failure.columns().forEach(column -> problem.with(new Fault("/" + column, message)));
        return problem;
    }

    /// The problem of a violated check. A rule has a name that is listed here; a state machine has none;
    /// any other constraint is about the columns that it reads, whatever its name.
    private static Problem check(StatementFailure failure) {
        var constraint = failure.constraint();
        var rule = constraint.map(RULES::get);
        if (rule.isPresent()) {
            var name = constraint.get();
            var problem =
                    new Problem(rule.get(), PAYMENTS.getOrDefault(name, "the rule `%s` forbids it".formatted(name)));
            failure.refusal().map(MAPPER::readTree).ifPresent(problem::withRefusal);
            return problem;
        }
        if (constraint.isEmpty()) {
            return new Problem(ProblemCode.INVALID_STATE, "the row is in a state that does not allow this");
        }
        var columns = failure.columns();
        var problem = new Problem(
                ProblemCode.INVALID_BODY, columns.size() == 1 ? "a value is not allowed" : "values cannot be combined");
        return at(failure, problem, problem.getMessage());
    }
}
