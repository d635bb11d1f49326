package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// What agents are told. Append-only: a change is the next number of its name.
public interface PromptTemplateMapper
        extends ResourceMapper<PromptTemplate, PromptTemplateMapper.Filter>,
                ResourceMapper.Creating<PromptTemplate, PromptTemplateMapper.New> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID agentId, String name, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// What a new one says. The database numbers it.
    record New(UUID agentId, String name, String body) {}
}
