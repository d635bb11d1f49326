package hedgerow.server.http;

import hedgerow.mappers.agent.AgentLog;
import hedgerow.mappers.agent.AgentLogMapper;
import io.javalin.config.RoutesConfig;

/// `/v1/agent-log`. An agent writes about itself.
final class AgentLogRoutes implements Routes {

    private final Resource<AgentLog, AgentLogMapper> log;

    AgentLogRoutes(Resources resources) {
        log = resources.quiet("agent_log_entry", "/v1/agent-log", AgentLog.class, AgentLogMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/agent-log", Resource.page(log, AgentLogMapper.Filter.class), Access.READ);
        routes.get("/v1/agent-log/{id}", log.find(), Access.READ);
        routes.post("/v1/agent-log", log.create(AgentLogMapper.New.class, AgentLogMapper::insert), Access.WRITE);
    }
}
