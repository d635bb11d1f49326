package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.customer.CustomerPaymentMethod;
import hedgerow.mappers.customer.CustomerPaymentMethodMapper;
import hedgerow.mappers.customer.CustomerPaymentMethodMapper.New;
import hedgerow.mappers.reference.ProviderMapper;
import hedgerow.server.http.Problem.Fault;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.YearMonth;
import java.time.ZoneOffset;

/// The routes of `/v1/payment-methods`. The token that the provider charges is written and never shown.
final class PaymentMethodRoutes implements Routes {

    private final Resources resources;
    private final Resource<CustomerPaymentMethod, CustomerPaymentMethodMapper> methods;

    PaymentMethodRoutes(Resources resources) {
        this.resources = resources;
        this.methods = resources
                .of(
                        "payment_method",
                        "/v1/payment-methods",
                        CustomerPaymentMethod.class,
                        CustomerPaymentMethodMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/v1/payment-methods", Resource.page(methods, CustomerPaymentMethodMapper.Filter.class), Access.READ);
        routes.get("/v1/payment-methods/{id}", methods.find(), Access.READ);
        routes.post("/v1/payment-methods", this::create, Access.WRITE);
        routes.post(
                "/v1/payment-methods/{id}/detach",
                methods.act("detached", (on, tenant, id, version) -> on.setStatus(tenant, id, version, "detached")),
                Access.WRITE);
    }

    private void create(Context ctx) {
        var created = Bodies.bind(resources.mapper, Requests.body(ctx), New.class, ProblemCode.INVALID_BODY);
        methods.make(
                ctx,
                on -> {
                    requireUsable(on, created);
                    return on.get(CustomerPaymentMethodMapper.class).insert(Resource.tenant(ctx), created);
                },
                _ -> {});
    }

    /// Requires a usable payment method. The database enforces this for all of them; here the caller learns
    /// the reason.
    private static void requireUsable(Mappers on, New created) {
        var provider = on.get(ProviderMapper.class)
                .find(created.provider())
                .orElseThrow(() -> new Problem(ProblemCode.INVALID_REFERENCE, "there is no such provider")
                        .with(new Fault("/provider", "is not the code of a provider; GET /v1/providers lists them")));
        if (!provider.methods().contains(created.kind())) {
            var takes = "the provider %s takes %s".formatted(provider.code(), String.join(", ", provider.methods()));
            throw new Problem(ProblemCode.INVALID_BODY, takes).with(new Fault("/kind", takes));
        }
        if (isCardNumber(created.providerToken())) {
            var hint = "must be the provider's token; Hedgerow takes no card numbers";
            throw new Problem(ProblemCode.INVALID_BODY, "a card number is not stored")
                    .with(new Fault("/provider_token", hint));
        }
        if (created.expiresYear() != null
                && YearMonth.of(created.expiresYear(), created.expiresMonth())
                        .isBefore(YearMonth.now(ZoneOffset.UTC))) {
            throw new Problem(ProblemCode.INVALID_BODY, "the card has expired")
                    .with(new Fault("/expires_year", "the card has expired"));
        }
    }

    /// Whether a token is the number of a card: 12 to 19 digits whose check digit is right (ISO/IEC 7812).
    private static boolean isCardNumber(String token) {
        var digits = token == null ? "" : token.replaceAll("[ -]", "");
        if (!digits.matches("[0-9]{12,19}")) {
            return false;
        }
        var sum = 0;
        for (var i = 0; i < digits.length(); i++) {
            var digit = digits.charAt(digits.length() - 1 - i) - '0';
            var weighted = i % 2 == 0 ? digit : 2 * digit;
            sum += weighted / 10 + weighted % 10;
        }
        return sum % 10 == 0;
    }
}
