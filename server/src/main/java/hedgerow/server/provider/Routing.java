package hedgerow.server.provider;

import hedgerow.mappers.work.Route;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The choice of the payment method for an order: of those whose provider takes it, the one with the
/// lowest fee; of equal ones, the first by the name of the provider, then by the id of the method. The
/// same rows give the same choice.
final class Routing {

    private static final BigDecimal WHOLE = BigDecimal.valueOf(10_000);

    private final Predicate<String> served;
    private final Predicate<String> well;

    /// A choice among the providers of this process.
    ///
    /// @param served whether a provider is set
    /// @param well whether it answers
    Routing(Predicate<String> served, Predicate<String> well) {
        this.served = served;
        this.well = well;
    }

    sealed interface Choice {}

    /// The route that is taken.
    record Taken(Route route) implements Choice {}

    /// There is none.
    ///
    /// @param reason of the route that came closest
    record Refused(String reason) implements Choice {}

    Choice choose(long amountMinor, List<Route> routes) {
        return routes.stream()
                .filter(route -> refusal(amountMinor, route).isEmpty())
                .min(Comparator.comparing((Route route) -> fee(amountMinor, route))
                        .thenComparing(Route::provider)
                        .thenComparing(route -> route.methodId().toString()))
                .<Choice>map(Taken::new)
                .orElseGet(() -> new Refused(routes.stream()
                        .map(route -> refusal(amountMinor, route).orElseThrow())
                        .max(Comparator.naturalOrder())
                        .map(Refusal::code)
                        .orElse("no_payment_method")));
    }

    /// Whether one of these may be taken, now or when its provider answers again.
    boolean isPossible(long amountMinor, List<Route> routes) {
        return routes.stream()
                .map(route -> refusal(amountMinor, route))
                .anyMatch(refusal ->
                        refusal.map(Refusal.PROVIDER_DOES_NOT_ANSWER::equals).orElse(true));
    }

    /// In the order in which they are asked: of several, the last one came closest.
    private enum Refusal {
        PROVIDER_NOT_SERVED,
        PROVIDER_NOT_ACTIVE,
        METHOD_NOT_TAKEN,
        CURRENCY_NOT_TAKEN,
        COUNTRY_NOT_TAKEN,
        AMOUNT_TOO_SMALL,
        AMOUNT_TOO_LARGE,
        NO_PROVIDER_CREDENTIAL,
        METHOD_DECLINED,
        PROVIDER_DOES_NOT_ANSWER;

        String code() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private Optional<Refusal> refusal(long amountMinor, Route route) {
        if (!served.test(route.provider())) {
            return Optional.of(Refusal.PROVIDER_NOT_SERVED);
        } else if (!route.active()) {
            return Optional.of(Refusal.PROVIDER_NOT_ACTIVE);
        } else if (!route.methods().contains(route.kind()) || route.token() == null) {
            return Optional.of(Refusal.METHOD_NOT_TAKEN);
        } else if (route.feeBasisPoints() == null) {
            return Optional.of(Refusal.CURRENCY_NOT_TAKEN);
        } else if (!route.countries().isEmpty() && !route.countries().contains(String.valueOf(route.country()))) {
            return Optional.of(Refusal.COUNTRY_NOT_TAKEN);
        } else if (amountMinor < route.minimumMinor()) {
            return Optional.of(Refusal.AMOUNT_TOO_SMALL);
        } else if (route.maximumMinor() != null && amountMinor > route.maximumMinor()) {
            return Optional.of(Refusal.AMOUNT_TOO_LARGE);
        } else if (route.credentialId() == null) {
            return Optional.of(Refusal.NO_PROVIDER_CREDENTIAL);
        } else if (route.tried()) {
            return Optional.of(Refusal.METHOD_DECLINED);
        }
        return well.test(route.provider()) ? Optional.empty() : Optional.of(Refusal.PROVIDER_DOES_NOT_ANSWER);
    }

    /// By its published terms, rounded up.
    static long fee(long amountMinor, Route route) {
        return BigDecimal.valueOf(amountMinor)
                .multiply(BigDecimal.valueOf(route.feeBasisPoints()))
                .divide(WHOLE, 0, RoundingMode.CEILING)
                .add(BigDecimal.valueOf(route.feeFixedMinor()))
                .longValueExact();
    }
}
