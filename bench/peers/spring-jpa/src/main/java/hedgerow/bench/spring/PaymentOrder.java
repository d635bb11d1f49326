package hedgerow.bench.spring;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Generated;
import org.hibernate.generator.EventType;

/// A row of `app.payment_order`.
@Entity
@Table(schema = "app", name = "payment_order")
@IdClass(PaymentOrder.Key.class)
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
class PaymentOrder {

    record Key(UUID organizationId, boolean livemode, UUID id) {}

    @Id
    @JsonIgnore
    UUID organizationId;

    @Id
    boolean livemode;

    @Id
    UUID id;

    UUID customerId;
    UUID paymentLinkId;
    UUID subscriptionId;
    UUID priceId;
    UUID paymentMethodId;
    UUID executingAgentId;
    int quantity = 1;
    String currency;
    Long amountMinor;
    String asset;
    BigDecimal amount;

    @Generated(event = EventType.INSERT)
    @Column(insertable = false, updatable = false)
    BigDecimal refunded;

    String recipientAddress;
    String description;

    @ColumnTransformer(write = "?::jsonb")
    @JsonRawValue
    String metadata = "{}";

    @Generated(event = EventType.INSERT)
    @Column(insertable = false, updatable = false)
    String status;

    Instant expiresAt;

    @Generated(event = EventType.INSERT)
    @Column(insertable = false, updatable = false)
    Instant succeededAt;

    String createdBy;

    @Generated(event = EventType.INSERT)
    @Column(insertable = false, updatable = false)
    Instant createdAt;

    @Generated(event = EventType.INSERT)
    @Column(insertable = false, updatable = false)
    Instant updatedAt;

    @Generated(event = EventType.INSERT)
    @Column(insertable = false, updatable = false)
    int version;
}
