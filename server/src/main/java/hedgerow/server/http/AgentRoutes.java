package hedgerow.server.http;

import hedgerow.mappers.agent.Agent;
import hedgerow.mappers.agent.AgentMapper;
import io.javalin.config.RoutesConfig;

/// The routes of `/v1/agents`.
final class AgentRoutes implements Routes {

    private final Resource<Agent, AgentMapper> agents;

    AgentRoutes(Resources resources) {
        agents = resources
                .of("agent", "/v1/agents", Agent.class, AgentMapper.class)
                .closedByState("owner", "admin");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/agents", Resource.page(agents, AgentMapper.Filter.class), Access.READ);
        routes.get("/v1/agents/{id}", agents.find(), Access.READ);
        routes.post("/v1/agents", agents.create(AgentMapper.New.class, AgentMapper::insert), Access.WRITE);
        routes.patch("/v1/agents/{id}", agents.change(AgentMapper.Change.class, AgentMapper::update), Access.WRITE);
        move(routes, "activate", "active");
        move(routes, "pause", "paused");
        move(routes, "retire", "retired");
    }

    private void move(RoutesConfig routes, String verb, String status) {
        routes.post(
                "/v1/agents/{id}/" + verb,
                agents.act(status, (on, tenant, id, version) -> on.setStatus(tenant, id, version, status)),
                Access.WRITE);
    }
}
