// Signs in with thirdweb's own code, called as <ConnectButton auth={...}> calls it. Prints the session.
import { signLoginPayload } from "thirdweb/auth";
import { privateKeyToAccount } from "viem/accounts";

const [api, privateKey] = process.argv.slice(2);
const account = privateKeyToAccount(privateKey);

async function post(path, body) {
    const answer = await fetch(api + path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
    });
    if (!answer.ok) {
        throw new Error(await answer.text());
    }
    return answer.json();
}

const auth = {
    getLoginPayload: async ({ address, chainId }) =>
        (await post("/v1/auth/nonces", { address, chain_id: chainId })).payload,
    doLogin: ({ payload, signature }) => post("/v1/auth/wallet-sessions", { payload, signature }),
};

const payload = await auth.getLoginPayload({ address: account.address, chainId: 1 });
const session = await auth.doLogin(await signLoginPayload({ payload, account }));
console.log(JSON.stringify(session));
