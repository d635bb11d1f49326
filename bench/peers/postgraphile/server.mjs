// PostGraphile 5 as a server of its own; the tenant comes from the header and goes into pgSettings.
import { createServer } from 'node:http';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { makeV4Preset } from 'postgraphile/presets/v4';
import { postgraphile } from 'postgraphile';

const instance = postgraphile({
    extends: [makeV4Preset({ graphiql: false, dynamicJson: true })],
    pgServices: [
        makePgService({
            connectionString: process.env.DATABASE_URL,
            schemas: ['app'],
            poolConfig: { max: Number(process.env.POOL_SIZE) },
        }),
    ],
    grafast: {
        context: (request) => {
            const tenant = request.node?.req.headers['x-tenant'];
            return {
                pgSettings: {
                    'app.organization_id': tenant,
                    'app.actor': `user:${tenant}`,
                    'app.role': 'owner',
                    'app.livemode': 'false',
                },
            };
        },
    },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), '127.0.0.1');
