package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Instructions of agents. Append-only: a change gets the next number of its name.
public interface PromptTemplateMapper
        extends ResourceMapper<PromptTemplate, PromptTemplateMapper.Filter>,
                ResourceMapper.Creating<PromptTemplate, PromptTemplateMapper.New> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID agentId, String name, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// The values of a new version, which the database numbers.
    record New(UUID agentId, String name, String body) {}
}
