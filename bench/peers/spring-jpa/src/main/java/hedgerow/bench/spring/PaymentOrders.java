package hedgerow.bench.spring;

import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;

interface PaymentOrders extends JpaRepository<PaymentOrder, PaymentOrder.Key> {

    List<PaymentOrder> findByOrganizationIdAndLivemodeOrderByCreatedAtDescIdDesc(
            UUID organizationId, boolean livemode, Limit limit);
}
