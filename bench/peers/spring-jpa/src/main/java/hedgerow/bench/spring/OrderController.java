package hedgerow.bench.spring;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/orders")
class OrderController {

    record NewOrder(UUID customerId, String currency, Long amountMinor, String description) {}

    private final PaymentOrders orders;
    private final EntityManager entities;

    OrderController(PaymentOrders orders, EntityManager entities) {
        this.orders = orders;
        this.entities = entities;
    }

    @GetMapping("/{id}")
    @Transactional(readOnly = true)
    public ResponseEntity<PaymentOrder> read(@PathVariable UUID id) {
        return ResponseEntity.of(orders.findById(new PaymentOrder.Key(CurrentTenant.get(), false, id)));
    }

    @GetMapping
    @Transactional(readOnly = true)
    public List<PaymentOrder> list() {
        return orders.findByOrganizationIdAndLivemodeOrderByCreatedAtDescIdDesc(
                CurrentTenant.get(), false, Limit.of(20));
    }

    @PostMapping
    @Transactional
    @ResponseStatus(HttpStatus.CREATED)
    public PaymentOrder insert(@RequestBody NewOrder created) {
        var order = new PaymentOrder();
        order.organizationId = CurrentTenant.get();
        order.id = UuidV7.next();
        order.customerId = created.customerId();
        order.currency = created.currency();
        order.amountMinor = created.amountMinor();
        order.description = created.description();
        order.createdBy = "user:" + order.organizationId;
        entities.persist(order);
        return order;
    }
}
