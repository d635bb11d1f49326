package hedgerow.rls.bind;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// On whose behalf statements run: what the bind call is told.
///
///     Tenant.of(organization, "user:" + user, true).call(() -> mapper.find(id));
///
/// The tenant in scope is a [ScopedValue]: it belongs to the code that runs inside [#call] or [#run] on this thread,
/// ends with it, and cannot be left behind on a thread of a pool.
///
/// @param id the tenant, in whatever form the database keeps it; empty for a session without one
/// @param actor who acts, as the bind call understands it (`user:<uuid>` in the reference system)
/// @param live live data, else test data; what a database without such modes ignores
public record Tenant(String id, String actor, boolean live) {

    private static final Tenant NONE = new Tenant("", "", false);
    private static final ScopedValue<Tenant> SCOPE = ScopedValue.newInstance();

    public Tenant {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(actor, "actor");
    }

    /// An actor in a tenant.
    ///
    /// @throws IllegalArgumentException if `id` or `actor` is empty
    public static Tenant of(String id, String actor, boolean live) {
        if (id.isEmpty() || actor.isEmpty()) {
            throw new IllegalArgumentException("a tenant has an id and an actor; without them, say so: Tenant.none()");
        }
        return new Tenant(id, actor, live);
    }

    /// An actor in a tenant whose id is a UUID.
    public static Tenant of(UUID id, String actor, boolean live) {
        return of(id.toString(), actor, live);
    }

    /// An actor who is bound, but to no tenant (yet): `system:sign-in`, or a person who has not chosen an organization.
    ///
    /// @throws IllegalArgumentException if `actor` is empty
    public static Tenant without(String actor, boolean live) {
        if (actor.isEmpty()) {
            throw new IllegalArgumentException("a session without a tenant has an actor; else say Tenant.none()");
        }
        return new Tenant("", actor, live);
    }

    /// No tenant and no actor, on purpose: every variable is blank, so that every tenant table is empty.
    public static Tenant none() {
        return NONE;
    }

    /// The tenant of the innermost [#call] or [#run] around the running code.
    public static Optional<Tenant> current() {
        return SCOPE.isBound() ? Optional.of(SCOPE.get()) : Optional.empty();
    }

    /// Runs `code` with this tenant in scope.
    ///
    /// @return what `code` returns
    /// @throws X whatever `code` throws
    public <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> code) throws X {
        return ScopedValue.where(SCOPE, this).call(code);
    }

    /// Runs `code` with this tenant in scope.
    public void run(Runnable code) {
        ScopedValue.where(SCOPE, this).run(code);
    }

    boolean isNone() {
        return id.isEmpty() && actor.isEmpty();
    }
}
