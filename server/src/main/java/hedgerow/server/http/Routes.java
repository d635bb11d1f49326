package hedgerow.server.http;

import io.javalin.config.RoutesConfig;

/// The routes of one resource.
///
/// Each route states by an [Access] who may call it, and is described under `server/src/main/openapi/`: a
/// route without either, or a description without a route, is refused when the server starts.
public interface Routes {

    void register(RoutesConfig routes);
}
