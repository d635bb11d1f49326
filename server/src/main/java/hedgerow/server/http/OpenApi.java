package hedgerow.server.http;

import tools.jackson.databind.json.JsonMapper;

/// The OpenAPI document of the API, without a server that serves it.
public final class OpenApi {

    private OpenApi() {}

    /// The document in OpenAPI 3.1, as JSON for people to read.
    public static String document() {
        var mapper = JsonMapper.builder().build();
        return ContractFiles.merged(mapper).toPrettyString();
    }
}
