package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.reference.AssetMapper;
import hedgerow.mappers.reference.ChainMapper;
import hedgerow.mappers.reference.ProviderMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The routes of `/v1/providers`, `/v1/chains` and `/v1/assets`: rows that all organizations share. There
/// are few, so each list is complete.
final class ReferenceRoutes implements Routes {

    private final Resources resources;

    ReferenceRoutes(Resources resources) {
        this.resources = resources;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/v1/providers",
                all("provider", on -> on.get(ProviderMapper.class).all()),
                Access.READ);
        routes.get(
                "/v1/providers/{code}",
                one("provider", (on, code) -> on.get(ProviderMapper.class).find(code)),
                Access.READ);
        routes.get("/v1/chains", all("chain", on -> on.get(ChainMapper.class).all()), Access.READ);
        routes.get(
                "/v1/chains/{code}",
                one("chain", (on, code) -> on.get(ChainMapper.class).find(code)),
                Access.READ);
        routes.get("/v1/assets", all("asset", on -> on.get(AssetMapper.class).all()), Access.READ);
        routes.get(
                "/v1/assets/{code}",
                one("asset", (on, code) -> on.get(AssetMapper.class).find(code)),
                Access.READ);
    }

    private Handler all(String object, Function<Mappers, List<? extends Record>> statement) {
        return ctx -> {
            var rows = resources.database.read(on -> List.copyOf(statement.apply(on)));
            var answer = resources.mapper.createObjectNode().put("object", "list");
            answer.putArray("data")
                    .addAll(rows.stream()
                            .map(row -> resources.tree(object, row))
                            .toList());
            answer.put("has_more", false).putNull("next").putNull("previous");
            Answers.json(ctx, answer);
        };
    }

    private Handler one(String object, BiFunction<Mappers, String, Optional<? extends Record>> statement) {
        return ctx -> {
            var row = resources.database.read(
                    on -> statement.apply(on, ctx.pathParam("code")).map(Record.class::cast));
            Answers.json(ctx, resources.tree(object, row.orElseThrow(Requests::notFound)));
        };
    }
}
