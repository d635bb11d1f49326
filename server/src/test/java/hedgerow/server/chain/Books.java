package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.auth.Anvil;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Limits;
import hedgerow.server.http.SecretBox;
import hedgerow.server.pay.Due;
import hedgerow.server.pay.WalletKey;
import hedgerow.server.settings.Configuration;
import hedgerow.server.work.TestTurn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tenant with a funded wallet and an agent, on a real database and a real chain, and the chain's final
/// records.
final class Books {

    static final String COIN = "COIN.31337";
    static final String ETHER = "ETH.31337";
    private static final byte[] KEY = Arrays.copyOf(new byte[] {7}, 32);
    private static final BigInteger FUNDS = BigInteger.TEN.pow(19);
    private static final BigInteger COINS = BigInteger.valueOf(2_000_000_000);
    private static final String NONE = "0x0";
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final TenantKey tenant = new TenantKey(UUID.randomUUID(), false);
    final UUID wallet = UUID.randomUUID();
    final UUID agent = UUID.randomUUID();
    final WalletKey key = WalletKey.make();
    final String address;
    private final Superuser superuser;
    private final BindCall call;
    private final HedgerowDatabase database;
    private final Anvil anvil;
    private final URI chain;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    /// Prepares the tenant.
    ///
    /// @param coin the contract that is behind [#COIN] from now on, for everybody
    Books(HedgerowDatabase database, Anvil anvil, String coin) throws Exception {
        this(database, anvil, coin, BindCall.plain());
    }

    /// Prepares the tenant.
    ///
    /// @param call binds to it, in the mode of the database
    Books(HedgerowDatabase database, Anvil anvil, String coin, BindCall call) throws Exception {
        this.database = database;
        this.anvil = anvil;
        this.chain = anvil.endpoint();
        this.call = call;
        this.superuser = new Superuser(database);
        this.address = key.address();
        var sealed = new SecretBox(Optional.of(KEY), "wallet-key").seal("wallet_key", tenant, wallet, key.secret());
        superuser.run("""
            insert into app.asset (code, symbol, chain, livemode, kind, contract_address, decimals)
            values ('COIN.31337', 'COIN', 'eip155:31337', false, 'erc20', '%s', 6)
                on conflict (code) do update set contract_address = excluded.contract_address
            """.formatted(coin));
        bound("""
            insert into app.organization (id, slug, name, country, default_currency)
            values ('%1$s', 'books-%4$s', 'Books', 'DE', 'EUR');
            insert into app.wallet (organization_id, livemode, id, kind, chain, address, label, created_by)
            values ('%1$s', false, '%2$s', 'server', 'eip155:31337', '%5$s', 'Till', app.actor());
            insert into app.wallet_key (organization_id, livemode, id, key_id, nonce, ciphertext)
            values ('%1$s', false, '%2$s', '%6$s', '\\x%7$s', '\\x%8$s');
            insert into app.agent (organization_id, livemode, id, name, model_provider, model_name, capabilities,
                   agent_wallet_id, created_by)
            values ('%1$s', false, '%3$s', 'Payer', 'none', 'none', '{execute_payment}', '%2$s', app.actor());
            update app.agent set status = 'active' where id = '%3$s' and organization_id = '%1$s' and not livemode;
            insert into app.agent_limit (organization_id, livemode, agent_id, asset, per_payment, per_period, period,
                   requires_approval_above, created_by)
            select '%1$s', false, '%3$s', asset, 1000000, 100000000000, 'month', 1000000, app.actor()
              from unnest(array['ETH.31337', 'COIN.31337']) asset
            """.formatted(
                        tenant.organization(),
                        wallet,
                        agent,
                        tenant.organization().toString().substring(0, 8),
                        address,
                        sealed.keyId(),
                        HexFormat.of().formatHex(sealed.nonce()),
                        HexFormat.of().formatHex(sealed.ciphertext())));
        fund(FUNDS);
        mint(coin, COINS);
    }

    // --- orders --------------------------------------------------------------------------------------------------

    record Order(UUID id, String asset, String recipient, BigInteger amount) {}

    /// Creates an order that waits for its execution, for a recipient that nobody else pays.
    Order order(String asset, long amount) throws SQLException {
        return order(
                asset,
                amount,
                "0x" + HexFormat.of().formatHex(Arrays.copyOf(WalletKey.make().secret(), 20)));
    }

    Order order(String asset, long amount, String recipient) throws SQLException {
        var order = new Order(UUID.randomUUID(), asset, recipient, BigInteger.valueOf(amount));
        bound("""
            insert into app.payment_order (organization_id, livemode, id, executing_agent_id, asset, amount,
                   recipient_address, created_by)
            values ('%1$s', false, '%2$s', '%3$s', '%4$s', %5$d, '%6$s', app.actor());
            update app.payment_order set status = 'requires_execution'
             where organization_id = '%1$s' and not livemode and id = '%2$s'
            """.formatted(tenant.organization(), order.id(), agent, asset, amount, recipient));
        return order;
    }

    String status(Order order) {
        return one("select status from app.payment_order where id = '" + order.id() + "'");
    }

    String waits(Order order) {
        return one("select waiting_for from app.payment_order where id = '" + order.id() + "'");
    }

    /// Makes postponed orders due at once.
    void hurry() throws SQLException {
        bound("update app.payment_order set next_try_at = null where organization_id = '" + tenant.organization()
                + "' and not livemode and next_try_at is not null");
    }

    long open() {
        return Long.parseLong(one("select count(*) from app.payment_order where organization_id = '"
                + tenant.organization() + "' and status in ('requires_execution', 'processing')"));
    }

    // --- a worker ------------------------------------------------------------------------------------------------

    /// The state of one process: its connections and its memory.
    final class Process implements AutoCloseable {

        private final HikariDataSource pool = new HikariDataSource();
        private final Execution execution;
        private final Deposits deposits;
        final Database bound;

        /// A process.
        ///
        /// @param special settings, by name, that differ from those of most tests
        /// @param patience with a database that does not answer, in milliseconds
        Process(DataSource source, Map<String, String> special, int patience) {
            pool.setDataSource(source);
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(patience);
            pool.setInitializationFailTimeout(patience);
            var all = new HashMap<>(Map.of(
                    "wallet-key", HexFormat.of().formatHex(KEY),
                    "chain-endpoints", Anvil.CHAIN + "=" + chain,
                    "chain-confirmations", "1",
                    "chain-poll", "0.001s",
                    "chain-stuck-after", "10m"));
            all.putAll(special);
            all.values().removeIf(String::isEmpty);
            var settings = Configuration.of(all, Map.of(), Optional.empty()).read(ChainSettings.class);
            bound = Database.over(TenantDataSource.over(pool, call));
            var events = new EventWriter(Limits.DEFAULT);
            execution = Execution.over(bound, settings, events, metrics).orElseThrow();
            deposits = Deposits.over(bound, settings, events, metrics).orElseThrow();
        }

        /// Runs one turn, and mines a block. The turn has another after it, unless nothing is open.
        void pass() {
            var isLast = turn().equals(Due.NEVER);
            mine(1);
            release();
            assertThat(isLast && open() > 0).as("open orders without a turn").isFalse();
        }

        /// Has anvil forget what it keeps in its queue although its turn has come. It does so when it mines
        /// while it gets transactions, and takes no notice when they are sent again. A worker gets them out
        /// with a higher fee, after `chain-stuck-after`.
        private void release() {
            var pool = rpc("txpool_status");
            if (pool.path("pending").asString().equals(NONE)
                    && !pool.path("queued").asString().equals(NONE)) {
                rpc("anvil_dropAllTransactions");
            }
        }

        Due turn() {
            return Tenant.of(tenant.organization(), "system:worker", false).call(() -> execution.run(tenant));
        }

        /// Runs a turn that looks for deposits.
        Due receive() {
            return Tenant.of(tenant.organization(), "system:worker", false).call(() -> deposits.run(tenant));
        }

        /// Runs turns until nothing is open, or until the given number of turns is over. A deadlock ends a
        /// turn but not the worker.
        void work(int turns) throws SQLException {
            for (var i = 0; i < turns && open() > 0; i++) {
                hurry();
                TestTurn.take(this::pass);
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    Process process() {
        return process(Map.of());
    }

    Process process(Map<String, String> special) {
        return new Process(database.dataSource(Logins.WORKER), special, 60_000);
    }

    /// A process that waits for no lock.
    Process hasty() {
        return hasty(Map.of());
    }

    Process hasty(Map<String, String> special) {
        var source = new PGSimpleDataSource();
        source.setUrl(database.url(Logins.WORKER)
                .withParameter("options", "-c lock_timeout=100")
                .jdbc());
        return new Process(source, special, 60_000);
    }

    Process process(Scissors scissors) {
        return process(scissors, 1_000);
    }

    /// A process behind scissors.
    ///
    /// @param patience with a database that does not answer, in milliseconds
    Process process(Scissors scissors, int patience) {
        return new Process(
                scissors.source(), Map.of("chain-endpoints", Anvil.CHAIN + "=" + scissors.endpoint()), patience);
    }

    // --- the chain -----------------------------------------------------------------------------------------------

    JsonNode rpc(String method, Object... parameters) {
        return anvil.rpc(method, parameters);
    }

    void mine(int blocks) {
        rpc("anvil_mine", "0x" + Integer.toHexString(blocks));
    }

    void fund(BigInteger wei) {
        rpc("anvil_setBalance", address, "0x" + wei.toString(16));
    }

    private void mint(String coin, BigInteger amount) {
        send(coin, "0x40c10f19" + word(address.substring(2)) + word(amount.toString(16)));
    }

    private static String word(String hex) {
        return "0".repeat(64 - hex.length()) + hex;
    }

    String send(String to, String data) {
        var from = rpc("eth_accounts").path(0).asString();
        return rpc("eth_sendTransaction", Map.of("from", from, "to", to, "data", data, "gas", "0x493e0"))
                .asString();
    }

    /// Deploys a contract.
    ///
    /// @param contract of `Coins.sol`
    static String deploy(Anvil anvil, String contract) throws Exception {
        try (var in = Books.class.getResourceAsStream(contract + ".hex")) {
            var code = "0x" + new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
            var call = """
                [{"jsonrpc": "2.0", "id": 1, "method": "eth_accounts", "params": []}]\
                """;
            var account = ask(anvil, call).path(0).path("result").path(0).asString();
            var hash = ask(anvil, """
                [{"jsonrpc": "2.0", "id": 1, "method": "eth_sendTransaction", "params": [{"from": "%s", "data": "%s",
                  "gas": "0x2dc6c0"}]}]\
                """.formatted(account, code))
                    .path(0)
                    .path("result")
                    .asString();
            var receipt = """
                [{"jsonrpc": "2.0", "id": 1, "method": "anvil_mine", "params": ["0x1"]},
                 {"jsonrpc": "2.0", "id": 2, "method": "eth_getTransactionReceipt", "params": ["%s"]}]\
                """.formatted(hash);
            for (var i = 0; i < 100; i++) {
                var address = ask(anvil, receipt)
                        .path(1)
                        .path("result")
                        .path("contractAddress")
                        .asString("");
                if (!address.isEmpty()) {
                    return address;
                }
            }
            throw new IllegalStateException(contract + " was not mined");
        }
    }

    private static JsonNode ask(Anvil anvil, String body) throws Exception {
        var request = HttpRequest.newBuilder(anvil.endpoint())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return MAPPER.readTree(HTTP.send(request, BodyHandlers.ofString()).body());
    }

    BigInteger balance(String asset, String holder) {
        var answer = asset.equals(ETHER)
                ? rpc("eth_getBalance", holder, "latest")
                : rpc("eth_call", Map.of("to", coin(), "data", "0x70a08231" + word(holder.substring(2))), "latest");
        return new BigInteger(answer.asString().substring(2), 16);
    }

    private String coin() {
        return one("select contract_address from app.asset where code = 'COIN.31337'");
    }

    long nonce() {
        return Long.parseLong(
                rpc("eth_getTransactionCount", address, "latest").asString().substring(2), 16);
    }

    // --- the books -----------------------------------------------------------------------------------------------

    /// The amount that left the wallet, according to the chain.
    BigInteger spent(String asset) {
        return (asset.equals(ETHER) ? FUNDS : COINS).subtract(balance(asset, address));
    }

    /// The amount that left the wallet, according to the books.
    BigInteger posted(String asset) {
        return number("select -coalesce(sum(e.amount), 0) from app.ledger_entry e join app.ledger_account a"
                + " on a.organization_id = e.organization_id and a.livemode = e.livemode and a.id = e.account_id"
                + " where a.code = 'wallet_" + address.substring(2) + "' and a.unit = '" + asset + "'");
    }

    BigInteger number(String sql) {
        return new BigDecimal(one(sql)).toBigIntegerExact();
    }

    String one(String sql) {
        return superuser.one(sql);
    }

    void bound(String sql) throws SQLException {
        superuser.bound(tenant, sql);
    }
}
