package hedgerow.rls.bind;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/// The tenant and the actor on whose behalf statements run.
///
///     Tenant.of(organization, "user:" + user, true).call(() -> mapper.find(id));
///
/// The tenant in scope is a [ScopedValue]: it is bound for the code inside [#call] or [#run] on this
/// thread, and cannot be left behind on a thread of a pool. For the same reason no other thread inherits
/// it: code that runs in a pool, a `CompletableFuture` or a parallel stream has no tenant, and gets no
/// connection, unless [#wrap] carries the tenant over.
///
/// @param id the tenant, in whatever form the database keeps it; empty for a session without one
/// @param actor the acting user or program, as the bind call understands it (`user:<uuid>` in the reference
///     system); may be empty
/// @param live live data, otherwise test data; ignored by a database without such modes
public record Tenant(String id, String actor, boolean live) {

    private static final Tenant NONE = new Tenant("", "", false);

    /// The tenant in scope; empty where code was wrapped outside of any scope.
    private static final ScopedValue<Optional<Tenant>> SCOPE = ScopedValue.newInstance();

    public Tenant {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(actor, "actor");
    }

    /// A tenant, for a database that needs no actor.
    ///
    /// @throws IllegalArgumentException if `id` is empty
    public static Tenant of(String id) {
        return new Tenant(required(id, "The id of a tenant is empty. Pass an id, or use Tenant.none()."), "", false);
    }

    /// A tenant whose id is a UUID, for a database that needs no actor.
    public static Tenant of(UUID id) {
        return of(id.toString());
    }

    /// An actor in a tenant.
    ///
    /// @throws IllegalArgumentException if `id` or `actor` is empty
    public static Tenant of(String id, String actor, boolean live) {
        return new Tenant(
                required(id, "The id of a tenant is empty. Pass an id, or use Tenant.without(actor, live)."),
                required(actor, "The actor is empty. Pass one, or use Tenant.of(id)."),
                live);
    }

    /// An actor in a tenant whose id is a UUID.
    public static Tenant of(UUID id, String actor, boolean live) {
        return of(id.toString(), actor, live);
    }

    /// An actor without a tenant: `system:sign-in`, or a person who has not chosen an organization yet.
    ///
    /// @throws IllegalArgumentException if `actor` is empty
    public static Tenant without(String actor, boolean live) {
        return new Tenant("", required(actor, "The actor is empty. Pass one, or use Tenant.none()."), live);
    }

    private static String required(String value, String otherwise) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(otherwise);
        }
        return value;
    }

    /// No tenant and no actor, deliberately: every variable is blank, so that every tenant table is empty.
    public static Tenant none() {
        return NONE;
    }

    /// The tenant of the innermost [#call] or [#run] around the running code.
    public static Optional<Tenant> current() {
        return SCOPE.isBound() ? SCOPE.get() : Optional.empty();
    }

    /// Runs `code` with this tenant in scope.
    ///
    /// @return the value that `code` returns
    /// @throws X whatever `code` throws
    public <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> code) throws X {
        return ScopedValue.where(SCOPE, Optional.of(this)).call(code);
    }

    /// Runs `code` with this tenant in scope.
    public void run(Runnable code) {
        ScopedValue.where(SCOPE, Optional.of(this)).run(code);
    }

    /// Carries the current scope, or the absence of a tenant, to the thread that runs `code`.
    public static Runnable wrap(Runnable code) {
        var scope = ScopedValue.where(SCOPE, current());
        return () -> scope.run(code);
    }

    /// Carries the current scope, or the absence of a tenant, to the thread that calls `code`.
    public static <T> Callable<T> wrap(Callable<T> code) {
        var scope = ScopedValue.where(SCOPE, current());
        return () -> scope.call(code::call);
    }

    /// An executor whose tasks run in the scope in which each was submitted.
    public static Executor wrap(Executor executor) {
        return task -> executor.execute(wrap(task));
    }

    /// An executor service whose tasks run in the scope in which each was submitted. It shuts down with
    /// `executor`, and shuts it down.
    public static ExecutorService wrap(ExecutorService executor) {
        return new ScopedExecutor(executor);
    }

    boolean isNone() {
        return id.isEmpty() && actor.isEmpty();
    }
}
