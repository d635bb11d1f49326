package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.payment.Approval;
import hedgerow.mappers.payment.ApprovalMapper;
import hedgerow.server.pay.Decision;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.UUID;

/// The routes of `/v1/approvals`. A second person decides; the decision moves the order that waits for it.
final class ApprovalRoutes implements Routes {

    private final Resource<Approval, ApprovalMapper> approvals;

    ApprovalRoutes(Resources resources) {
        approvals = resources
                .of("approval", "/v1/approvals", Approval.class, ApprovalMapper.class)
                .closedByState("owner", "admin");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/approvals", Resource.page(approvals, ApprovalMapper.Filter.class), Access.READ);
        routes.get("/v1/approvals/{id}", approvals.find(), Access.READ);
        routes.post("/v1/approvals", approvals.create(ApprovalMapper.New.class, ApprovalMapper::insert), Access.WRITE);
        decide(routes, "approve", Decision.APPROVE);
        decide(routes, "reject", Decision.REJECT);
    }

    private void decide(RoutesConfig routes, String verb, Decision decision) {
        routes.post(
                "/v1/approvals/{id}/" + verb,
                ctx -> {
                    var note = Requests.body(ctx).path("note").asString(null);
                    approvals.run(ctx, 200, decision.outcome().code(), (on, id, version) -> {
                        requireSecondPerson(on, ctx, id);
                        var decided = decision.take(on, Resource.tenant(ctx), id, version, note);
                        decided.ifPresent(approval -> move(on, ctx, decision, approval));
                        return decided;
                    });
                },
                Access.WRITE);
    }

    /// Requires that a second person decides. The database checks again, also for persons who have
    /// confirmed the order since.
    private void requireSecondPerson(Mappers on, Context ctx, UUID id) {
        var caller = Requests.caller(ctx);
        if (!caller.isPerson()) {
            throw new Problem(ProblemCode.FORBIDDEN, "only a person decides; sign in, and send no API key");
        }
        if (approvals.visible(on, ctx, id).initiators().contains(caller.actor())) {
            throw new Problem(
                    ProblemCode.FORBIDDEN,
                    "the caller is behind this payment, or a key of the caller's is; let another owner or admin"
                            + " decide");
        }
    }

    private static void move(Mappers on, Context ctx, Decision decision, Approval approval) {
        if (!decision.moveOrder(on, Resource.tenant(ctx), approval)) {
            throw new Problem(
                    ProblemCode.INVALID_STATE,
                    "the order that waits for this approval is in a state that does not allow it; read the order");
        }
    }
}
