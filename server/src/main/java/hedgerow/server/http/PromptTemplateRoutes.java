package hedgerow.server.http;

import hedgerow.mappers.agent.PromptTemplate;
import hedgerow.mappers.agent.PromptTemplateMapper;
import io.javalin.config.RoutesConfig;

/// `/v1/prompt-templates`. A change of a template is its next number.
final class PromptTemplateRoutes implements Routes {

    private final Resource<PromptTemplate, PromptTemplateMapper> templates;

    PromptTemplateRoutes(Resources resources) {
        templates = resources.of(
                "prompt_template", "/v1/prompt-templates", PromptTemplate.class, PromptTemplateMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/prompt-templates", Resource.page(templates, PromptTemplateMapper.Filter.class), Access.READ);
        routes.get("/v1/prompt-templates/{id}", templates.find(), Access.READ);
        routes.post(
                "/v1/prompt-templates",
                templates.create(PromptTemplateMapper.New.class, PromptTemplateMapper::insert),
                Access.WRITE);
    }
}
