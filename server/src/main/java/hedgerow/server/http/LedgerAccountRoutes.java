package hedgerow.server.http;

import hedgerow.mappers.ledger.LedgerAccount;
import hedgerow.mappers.ledger.LedgerAccountMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/// The routes of `/v1/ledger-accounts`, and of the sums of their entries.
final class LedgerAccountRoutes implements Routes {

    private final Resources resources;
    private final Resource<LedgerAccount, LedgerAccountMapper> accounts;

    LedgerAccountRoutes(Resources resources) {
        this.resources = resources;
        this.accounts = resources.quiet(
                "ledger_account", "/v1/ledger-accounts", LedgerAccount.class, LedgerAccountMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/ledger-accounts", Resource.page(accounts, LedgerAccountMapper.Filter.class), Access.READ);
        routes.get("/v1/ledger-accounts/{id}", accounts.find(), Access.READ);
        routes.get("/v1/ledger-accounts/{id}/balance", this::balance, Access.READ);
    }

    private void balance(Context ctx) {
        var id = Requests.id(ctx, "id");
        resources.requireRead(Requests.caller(ctx), "ledger_entry");
        var balance = resources.database.read(on -> on.get(LedgerAccountMapper.class)
                .balance(Resource.tenant(ctx), id)
                .orElseThrow(Requests::notFound));
        Answers.json(ctx, resources.tree("ledger_balance", balance));
    }
}
