package hedgerow.bench.spring;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// The tenant of the request that this thread handles.
@Component
class CurrentTenant extends OncePerRequestFilter {

    private static final ThreadLocal<UUID> TENANT = new ThreadLocal<>();

    static UUID get() {
        return TENANT.get();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        TENANT.set(UUID.fromString(request.getHeader("X-Tenant")));
        try {
            chain.doFilter(request, response);
        } finally {
            TENANT.remove();
        }
    }
}
