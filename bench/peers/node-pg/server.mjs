// fastify over pg. BEGIN, set_config, the query and COMMIT go out at once, in a pipeline: one round trip, as ours.
import Fastify from 'fastify';
import pg from 'pg';

const columns = `id, livemode, customer_id, payment_link_id, subscription_id, price_id, payment_method_id,
    executing_agent_id, quantity, currency, amount_minor, asset, amount, refunded, recipient_address, description,
    metadata, status, expires_at, succeeded_at, created_by, created_at, updated_at, version`;

const statements = {
    bind: {
        name: 'bind',
        text: `select set_config('app.organization_id', $1, true), set_config('app.actor', $2, true),
                      set_config('app.role', 'owner', true), set_config('app.livemode', 'false', true)`,
    },
    read: {
        name: 'read',
        text: `select ${columns} from app.payment_order where organization_id = $1 and livemode = false and id = $2`,
    },
    list: {
        name: 'list',
        text: `select ${columns} from app.payment_order where organization_id = $1 and livemode = false
                order by created_at desc, id desc limit 20`,
    },
    insert: {
        name: 'insert',
        text: `insert into app.payment_order (organization_id, livemode, customer_id, quantity, currency, amount_minor,
                      description, metadata, created_by)
               values ($1, false, $2, 1, $3, $4, $5, '{}', $6) returning ${columns}`,
    },
};

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

const pool = new pg.Pool({
    connectionString: process.env.DATABASE_URL,
    max: Number(process.env.POOL_SIZE),
    pipeline: true,
});

async function bound(tenant, statement, ...values) {
    const client = await pool.connect();
    try {
        const answers = await Promise.all([
            client.query('begin'),
            client.query({ ...statements.bind, values: [tenant, `user:${tenant}`] }),
            client.query({ ...statement, values: [tenant, ...values] }),
            client.query('commit'),
        ]);
        client.release();
        return answers[2].rows;
    } catch (failure) {
        client.release(failure);
        throw failure;
    }
}

const app = Fastify();

app.get('/orders/:id', async (request, reply) => {
    const [order] = await bound(request.headers['x-tenant'], statements.read, request.params.id);
    return order ?? reply.code(404).send();
});

app.get('/orders', async (request) => bound(request.headers['x-tenant'], statements.list));

app.post('/orders', async (request, reply) => {
    const tenant = request.headers['x-tenant'];
    const { customer_id, currency, amount_minor, description } = request.body;
    const [order] = await bound(tenant, statements.insert, customer_id, currency, amount_minor, description,
        `user:${tenant}`);
    return reply.code(201).send(order);
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
