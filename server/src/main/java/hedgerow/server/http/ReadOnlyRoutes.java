package hedgerow.server.http;

import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.Row;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;

/// A resource that the API only shows.
final class ReadOnlyRoutes implements Routes {

    private final String path;
    private final Handler page;
    private final Handler find;

    private ReadOnlyRoutes(String path, Handler page, Handler find) {
        this.path = path;
        this.page = page;
        this.find = find;
    }

    static <R extends Row, F, M extends ResourceMapper<R, F>> Routes of(
            Resources resources, String object, String path, Class<R> row, Class<M> mapper, Class<F> filter) {
        return of(resources, object, path, row, mapper, filter, Resource.Details.NONE);
    }

    static <R extends Row, F, M extends ResourceMapper<R, F>> Routes of(
            Resources resources,
            String object,
            String path,
            Class<R> row,
            Class<M> mapper,
            Class<F> filter,
            Resource.Details details) {
        var resource = resources.quiet(object, path, row, mapper, details);
        return new ReadOnlyRoutes(path, Resource.page(resource, filter), resource.find());
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(path, page, Access.READ);
        routes.get(path + "/{id}", find, Access.READ);
    }
}
