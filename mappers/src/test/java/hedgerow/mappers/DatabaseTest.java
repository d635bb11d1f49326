package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import hedgerow.mappers.customer.Customer;
import hedgerow.mappers.customer.CustomerMapper;
import hedgerow.mappers.organization.MembershipMapper;
import hedgerow.sql.HedgerowDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    private static TenantKey acme;
    private static Database owner;

    @BeforeAll
    static void open() {
        acme = DEMO.tenant("acme");
        owner = DEMO.as(acme, "owner");
    }

    @Test
    void a_write_is_there_afterwards() {
        var made = owner.write(on -> customer(on, "Kept"));
        assertThat(found(made)).isTrue();
    }

    @Test
    void a_write_alone_is_committed_with_itself() {
        var made = new AtomicReference<Customer>();
        assertThatThrownBy(() -> owner.writeAlone(on -> {
                    made.set(customer(on, "Alone"));
                    throw new IllegalStateException("later");
                }))
                .hasMessage("later");
        assertThat(found(made.get())).isTrue();
    }

    @Test
    void a_write_that_fails_later_leaves_nothing() {
        assertThatThrownBy(() -> owner.write(on -> {
                    customer(on, "Half");
                    throw new IllegalStateException("later");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("later");
        assertThat(customersCalled("Half")).isZero();
    }

    @Test
    void a_dry_run_answers_and_leaves_nothing() {
        assertThat(owner.dryRun(on -> customer(on, "Dry")).version()).isEqualTo(1);
        assertThat(customersCalled("Dry")).isZero();
    }

    /// The check that an organization keeps an owner runs at commit.
    @Test
    void a_dry_run_fails_as_the_commit_would() {
        var user = DEMO.user(acme, "owner");
        assertThatThrownBy(
                        () -> owner.dryRun(on -> on.get(MembershipMapper.class).remove(acme, user, null)))
                .isInstanceOf(StatementFailure.class)
                .extracting(e -> ((StatementFailure) e).constraint().orElseThrow())
                .isEqualTo("membership_keep_an_owner");
        var kept = owner.read(on -> on.get(MembershipMapper.class).find(acme, user));
        assertThat(kept).isPresent();
    }

    @Test
    void reading_writes_nothing() {
        assertFails("25006", () -> owner.read(on -> customer(on, "Read")));
        assertFails("25006", () -> owner.readInTransaction(on -> customer(on, "Read")));
    }

    @Test
    void a_transaction_to_read_in_sees_several_statements() {
        var made = owner.write(on -> customer(on, "Seen"));
        var both = owner.readInTransaction(on -> List.of(
                on.get(CustomerMapper.class).find(acme, made.id()).orElseThrow(),
                on.get(CustomerMapper.class).find(acme, made.id()).orElseThrow()));
        assertThat(both).containsExactly(made, made);
    }

    @Test
    void a_refusal_names_code_and_columns_but_quotes_neither_row_nor_statement() {
        var secret = new CustomerMapper.New("Quoted", "NOT LOWER CASE", null, null, null, null, null, Json.EMPTY);
        assertThatThrownBy(() -> owner.write(on -> on.get(CustomerMapper.class).insert(acme, secret)))
                .asInstanceOf(type(StatementFailure.class))
                .satisfies(failure -> {
                    assertThat(failure.sqlState()).isEqualTo("23514");
                    assertThat(failure.table()).contains("customer");
                    assertThat(failure.constraint())
                            .hasValueSatisfying(name -> assertThat(name).startsWith("customer_"));
                    assertThat(failure).hasNoCause();
                    assertThat(stackTrace(failure)).doesNotContain("NOT LOWER CASE", "insert into");
                });
    }

    @Test
    void another_tenants_row_cannot_be_made() {
        var globex = DEMO.tenant("globex");
        var created = new CustomerMapper.New("Foreign", null, null, null, null, null, null, Json.EMPTY);
        assertFails(
                "42501", () -> owner.write(on -> on.get(CustomerMapper.class).insert(globex, created)));
    }

    @Test
    void a_row_that_changed_meanwhile_is_not_overwritten() {
        var made = owner.write(on -> customer(on, "First"));
        var change =
                new CustomerMapper.Change("Second", null, "+4912345", "DE", null, null, "x", new Json("{\"a\": 1}"));
        var changed = owner.write(on -> on.get(CustomerMapper.class).update(acme, made.id(), made.version(), change));
        assertThat(changed)
                .hasValueSatisfying(row -> assertThat(row)
                        .extracting(Customer::name, Customer::version)
                        .containsExactly("Second", 2));
        var late = owner.write(on -> on.get(CustomerMapper.class).update(acme, made.id(), made.version(), change));
        assertThat(late).isEmpty();
    }

    private static Customer customer(Mappers on, String name) {
        var created = new CustomerMapper.New(name, null, null, null, null, null, null, Json.EMPTY);
        return on.get(CustomerMapper.class).insert(acme, created);
    }

    private static boolean found(Customer customer) {
        return owner.read(on -> on.get(CustomerMapper.class).find(acme, customer.id()))
                .isPresent();
    }

    private static int customersCalled(String name) {
        return DEMO.strings("select id from app.customer where name = '%s'".formatted(name))
                .size();
    }

    private static void assertFails(String sqlState, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(StatementFailure.class))
                .extracting(StatementFailure::sqlState)
                .isEqualTo(sqlState);
    }

    private static String stackTrace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
