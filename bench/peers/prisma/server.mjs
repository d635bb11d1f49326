// fastify over Prisma and its driver adapter. The tenant is set by the extension that Prisma shows for row security:
// a transaction of set_config and the query.
import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '@prisma/client';
import Fastify from 'fastify';

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL_SIZE) });
const prisma = new PrismaClient({ adapter });

const omit = { organization_id: true };

BigInt.prototype.toJSON = function toJSON() {
    return Number(this);
};

function boundTo(tenant) {
    return prisma.$extends(
        Prisma.defineExtension((client) =>
            client.$extends({
                query: {
                    $allModels: {
                        async $allOperations({ args, query }) {
                            const [, result] = await client.$transaction([
                                client.$executeRaw`
                                    select set_config('app.organization_id', ${tenant}, true),
                                           set_config('app.actor', ${`user:${tenant}`}, true),
                                           set_config('app.role', 'owner', true),
                                           set_config('app.livemode', 'false', true)`,
                                query(args),
                            ]);
                            return result;
                        },
                    },
                },
            })));
}

const app = Fastify();

app.get('/orders/:id', async (request, reply) => {
    const tenant = request.headers['x-tenant'];
    const key = { organization_id: tenant, livemode: false, id: request.params.id };
    const order = await boundTo(tenant).payment_order.findUnique({
        where: { organization_id_livemode_id: key },
        omit,
    });
    return order ?? reply.code(404).send();
});

app.get('/orders', async (request) => {
    const tenant = request.headers['x-tenant'];
    return boundTo(tenant).payment_order.findMany({
        where: { organization_id: tenant, livemode: false },
        orderBy: [{ created_at: 'desc' }, { id: 'desc' }],
        take: 20,
        omit,
    });
});

app.post('/orders', async (request, reply) => {
    const tenant = request.headers['x-tenant'];
    const { customer_id, currency, amount_minor, description } = request.body;
    const order = await boundTo(tenant).payment_order.create({
        data: {
            organization_id: tenant,
            livemode: false,
            customer_id,
            currency,
            amount_minor,
            description,
            created_by: `user:${tenant}`,
        },
        omit,
    });
    return reply.code(201).send(order);
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
