package hedgerow.server.http;

import hedgerow.mappers.agent.AgentLimit;
import hedgerow.mappers.agent.AgentLimitMapper;
import io.javalin.config.RoutesConfig;

/// The routes of `/v1/agent-limits`.
final class AgentLimitRoutes implements Routes {

    private final Resource<AgentLimit, AgentLimitMapper> limits;

    AgentLimitRoutes(Resources resources) {
        limits = resources.of("agent_limit", "/v1/agent-limits", AgentLimit.class, AgentLimitMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/agent-limits", Resource.page(limits, AgentLimitMapper.Filter.class), Access.READ);
        routes.get("/v1/agent-limits/{id}", limits.find(), Access.READ);
        routes.post(
                "/v1/agent-limits", limits.create(AgentLimitMapper.New.class, AgentLimitMapper::insert), Access.WRITE);
        routes.patch(
                "/v1/agent-limits/{id}",
                limits.change(AgentLimitMapper.Change.class, AgentLimitMapper::update),
                Access.WRITE);
    }
}
