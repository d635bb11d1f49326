package hedgerow.server.http;

import hedgerow.mappers.StatementFailure;
import hedgerow.server.http.Problem.Fault;
import java.util.Map;
import java.util.Optional;

/// What a refusal of the database means to the caller. Nothing of its own words gets through: they name
/// tables, columns and values.
final class SqlProblems {

    /// Rules that have a name in the schema.
    private static final Map<String, ProblemCode> RULES = Map.of(
            "membership_keep_an_owner", ProblemCode.LAST_OWNER,
            "app_user_keep_a_way_in", ProblemCode.LAST_WAY_IN,
            "payment_order_within_limit", ProblemCode.LIMIT_EXCEEDED,
            "payment_order_approved", ProblemCode.NOT_APPROVED,
            "payment_order_attempt_stands", ProblemCode.INVALID_STATE,
            "payment_attempt_of_its_agent", ProblemCode.INVALID_STATE,
            "payment_order_link_open", ProblemCode.PAYMENT_LINK_CLOSED,
            "refund_within_order", ProblemCode.LIMIT_EXCEEDED);

    /// Refusals of `sql/functions/authority.sql`, and what to do about each.
    private static final Map<String, String> AUTHORITY = Map.of(
            "api_key_within_giver",
                    "a key cannot be given more than its maker has; lower its role, or restrict it to the scopes of"
                            + " its maker",
            "api_key_ends_with_giver", "a key ends no later than the key that made it; send an earlier `expires_at`",
            "invitation_within_giver",
                    "nobody invites to a role above their own, and a restricted key to none; send an unrestricted key",
            "membership_within_giver",
                    "nobody gives a role above their own, and a restricted key gives none; send an unrestricted key",
            "payment_order_second_person", "whoever approved an order cannot confirm it; let somebody else confirm it");

    private static final String NO_CONNECTION = "SQLTransientConnectionException";

    private SqlProblems() {}

    /// Empty if the statement itself is wrong, which is our fault.
    static Optional<Problem> of(StatementFailure failure) {
        if (NO_CONNECTION.equals(failure.getMessage())) {
            return Optional.of(unavailable()); // its SQLSTATE may be that of the last attempt to connect
        }
        var state = failure.sqlState();
        return switch (state) {
            case "23505" -> problem(ProblemCode.ALREADY_EXISTS, "a value that must be unique is taken");
            case "23503" -> Optional.of(reference(failure));
            case "23502" -> problem(ProblemCode.INVALID_BODY, "a value is missing");
            case "23514" -> Optional.of(check(failure));
            case "22001", "22003", "22007", "22008", "22021", "22P02", "22P05" ->
                problem(ProblemCode.INVALID_BODY, "a value is out of range or not of its type");
            case "28000" -> problem(ProblemCode.FORBIDDEN, "the caller may not act in this organization");
            case "42501" -> problem(ProblemCode.FORBIDDEN, forbidden(failure));
            case "40001", "40P01", "55P03" -> problem(ProblemCode.CONCURRENT_CHANGE, "try again");
            case "57014", "57P01", "57P02", "57P03" -> Optional.of(unavailable());
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
        return new Problem(ProblemCode.UNAVAILABLE, "try again in a moment").withHeader("Retry-After", "1");
    }

    /// A reference to what all tenants share is named `<table>_<column>_fkey`, and covers the mode.
    private static Problem reference(StatementFailure failure) {
        var problem = new Problem(ProblemCode.INVALID_REFERENCE, "something that it refers to does not exist");
        var prefix = failure.table().orElse("") + "_";
        return failure.constraint()
                .filter(name -> name.startsWith(prefix) && name.endsWith("_fkey"))
                .map(name -> name.substring(prefix.length(), name.length() - "_fkey".length()))
                .filter(name -> !name.startsWith("organization_id"))
                .map(name -> problem.with(new Fault("/" + name, "does not exist in this mode, live or test")))
                .orElse(problem);
    }

    /// A rule has a name that we know; a CHECK of one column has that column in its name,
    /// `<table>_<column>_check`; a state machine has none.
    private static Problem check(StatementFailure failure) {
        var constraint = failure.constraint();
        var rule = constraint.map(RULES::get);
        if (rule.isPresent()) {
            return new Problem(rule.get(), "refused by the rule " + constraint.get());
        }
        if (constraint.isEmpty()) {
            return new Problem(ProblemCode.INVALID_STATE, "its state does not allow this change");
        }
        var problem = new Problem(ProblemCode.INVALID_BODY, "values are not allowed, or not together");
        return column(failure)
                .map(name -> problem.with(new Fault("/" + name, "not allowed")))
                .orElse(problem);
    }

    private static Optional<String> column(StatementFailure failure) {
        var prefix = failure.table().orElse("") + "_";
        return failure.constraint()
                .filter(name -> name.startsWith(prefix) && name.endsWith("_check"))
                .map(name -> name.substring(prefix.length(), name.length() - "_check".length()))
                .filter(name -> !name.isEmpty());
    }
}
