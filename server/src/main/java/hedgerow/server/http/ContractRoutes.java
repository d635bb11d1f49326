package hedgerow.server.http;

import io.javalin.config.RoutesConfig;
import tools.jackson.databind.json.JsonMapper;

/// The route of `/openapi.json`.
final class ContractRoutes implements Routes {

    private final byte[] document;

    ContractRoutes(Contract contract, JsonMapper mapper) {
        this.document = mapper.writeValueAsBytes(contract.document());
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/openapi.json", ctx -> ctx.result(document).contentType("application/json"), Access.PUBLIC);
    }
}
