// A real OpenID Connect provider on this machine, for tests and for trying the sign-in: invented people, ProConnect's
// claims. Reads {"clients": […], "people": {…}, "port"?} as JSON from its input; prints {"issuer": …} once it listens.
// POST /people replaces the people, so that a test can change what the provider says of someone.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { generateKeyPairSync, randomUUID } from "node:crypto";

import { Provider } from "oidc-provider";

console.warn = () => {}; // remarks about keys and storage that a provider for an hour need not heed
const setup = JSON.parse(await text(process.stdin));
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(), 1_000); // never outlives a test that is killed
let people = setup.people;
const signing = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const server = createServer();
await new Promise((listening) => server.listen(setup.port ?? 0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
    clients: setup.clients,
    jwks: { keys: [{ ...signing, kid: "first", use: "sig", alg: "RS256" }] },
    cookies: { keys: [randomUUID()] },
    conformIdTokenClaims: true,
    acrValues: ["eidas1", "eidas2"],
    scopes: ["openid", "offline_access", "given_name", "usual_name", "uid", "siret", "organizational_unit", "idp_id",
        "groups"],
    claims: {
        openid: ["sub"],
        acr: null,
        email: ["email", "email_verified"],
        profile: ["name", "given_name", "family_name"],
        given_name: ["given_name"],
        usual_name: ["usual_name"],
        uid: ["uid"],
        siret: ["siret"],
        organizational_unit: ["organizational_unit"],
        idp_id: ["idp_id"],
        groups: ["groups"],
    },
    features: {
        devInteractions: { enabled: false },
        jwtUserinfo: { enabled: true },
        rpInitiatedLogout: {
            enabled: true,
            logoutSource: (ctx, form) => {
                ctx.body = `<!DOCTYPE html><title>Sign out</title>${form}
                    <button form="op.logoutForm" name="logout" value="yes">Sign out here too</button>`;
            },
        },
    },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (ctx, sub) => people[sub] && { accountId: sub, claims: () => saidOf(sub) },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

// `elsewhere` has the userinfo endpoint speak of another subject, as a provider that was broken into might.
function saidOf(sub) {
    const { elsewhere, ...said } = people[sub];
    return { ...said, sub };
}

provider.use(async (ctx, next) => {
    await next();
    const other = ctx.oidc?.route === "userinfo" && people[ctx.oidc.account?.accountId]?.elsewhere;
    if (other) ctx.body = { ...ctx.body, sub: other };
});

async function interact(request, response) {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (request.method === "GET" && prompt.name === "login") {
        const buttons = Object.keys(people).map((sub) => `<button name="sub" value="${sub}">${sub}</button>`);
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.end(`<!DOCTYPE html><html lang="en"><title>Local provider</title><h1>Who are you?</h1>
            <form method="post">${buttons.join("")}<button name="sub" value="">Leave</button></form></html>`);
        return;
    }
    let result;
    if (prompt.name === "login") {
        const sub = new URLSearchParams(await text(request)).get("sub");
        result = sub ? { login: { accountId: sub, acr: "eidas1" } } : { error: "access_denied" };
    } else {
        const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
        grant.addOIDCScope(params.scope);
        result = { consent: { grantId: await grant.save() } };
    }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
server.on("request", async (request, response) => {
    try {
        if (request.url === "/favicon.ico") {
            response.statusCode = 204;
            response.end();
        } else if (request.url === "/people" && request.method === "POST") {
            people = JSON.parse(await text(request));
            response.end("{}");
        } else if (request.url.startsWith("/interaction/")) {
            await interact(request, response);
        } else {
            await answer(request, response);
        }
    } catch (error) {
        response.statusCode = 500;
        response.end(String(error));
    }
});
console.log(JSON.stringify({ issuer }));
