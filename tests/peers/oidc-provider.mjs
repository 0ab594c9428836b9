// A real OpenID provider (npm oidc-provider, which is certified) for the tests. Whoever comes is
// signed in at once, as the person that setNext describes; there is no page.
//
//     const idp = await startProvider({ clients: [client("rp", "secret", redirectUri)] });
//     idp.setNext({ sub: "ada", amr: ["pwd"] });            who signs in next, and from then on
//     idp.setNext({ deny: true });                          … and says no
//     idp.rotate();                                         new signing keys, the old ones are gone
import { generateKeyPairSync } from "node:crypto";
import http from "node:http";
import Provider from "oidc-provider";

const KEYS = {
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
};

let generation = 0;

function makeKeys() {
  generation += 1;
  return Object.entries(KEYS).map(([alg, make]) => ({
    ...make().privateKey.export({ format: "jwk" }), alg, use: "sig", kid: `${alg}-${generation}`,
  }));
}

// A client as countersign is one. more: id_token_signed_response_alg, token_endpoint_auth_method, …
export function client(id, secret, redirectUri, more = {}) {
  return {
    client_id: id, client_secret: secret, redirect_uris: [redirectUri],
    grant_types: ["authorization_code"], response_types: ["code"], ...more,
  };
}

function makeProvider(issuer, clients, people, more) {
  return new Provider(issuer, {
    clients,
    jwks: { keys: makeKeys() },
    cookies: { keys: ["only-for-tests"] },
    claims: {
      openid: ["sub", "amr", "acr", "auth_time", "groups"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username"],
    },
    enabledJWA: {
      idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "ES384", "HS256"],
    },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600, IdToken: 600 },
    async findAccount(ctx, sub) {
      return {
        accountId: sub,
        claims: async () => ({
          sub, email: `${sub}@example.test`, email_verified: true, name: sub, groups: ["staff"],
          ...people[sub]?.claims,
        }),
      };
    },
    // No consent page: the client gets what it asks for.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    renderError(ctx, out) {
      ctx.type = "json";
      ctx.body = out;
    },
    ...more,
  });
}

// more: further options of oidc-provider. port 0: any free one.
export async function startProvider({ clients, port = 0, host = "127.0.0.1", more = {} }) {
  const people = {};
  let next = { sub: "ada", amr: ["pwd"] };
  const server = http.createServer();
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const issuer = `http://${host}:${server.address().port}`;
  let provider = makeProvider(issuer, clients, people, more);

  async function interact(rq, rs) {
    await provider.interactionDetails(rq, rs);
    if (next.deny) {
      const refusal = { error: "access_denied", error_description: "the person said no" };
      return provider.interactionFinished(rq, rs, refusal, { mergeWithLastSubmission: false });
    }
    people[next.sub] = next;
    const login = { accountId: next.sub, amr: next.amr, acr: next.acr, remember: false };
    return provider.interactionFinished(rq, rs, { login }, { mergeWithLastSubmission: false });
  }

  server.on("request", (rq, rs) => {
    if (!rq.url.startsWith("/interaction/")) return provider.callback()(rq, rs);
    return interact(rq, rs).catch((error) => rs.writeHead(500).end(String(error)));
  });
  return {
    issuer,
    port: server.address().port,
    setNext(who) { next = who; },
    rotate() { provider = makeProvider(issuer, clients, people, more); },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

// Goes where a browser would, keeping cookies, until the address begins with stopAt; gives that
// address without asking it.
export async function browse(url, stopAt) {
  const cookies = new Map();
  for (let i = 0; i < 12; i += 1) {
    if (url.startsWith(stopAt)) return new URL(url);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const to = answer.headers.get("location");
    if (!to) throw new Error(`${url} says ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    url = new URL(to, url).href;
  }
  throw new Error(`no end of redirects at ${url}`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [port = "9400", redirectUri = "http://auth.countersign.localhost:8080/cdn-cgi/access/callback"] =
    process.argv.slice(2);
  const idp = await startProvider({
    port: Number(port), clients: [client("countersign", "only-for-trying-it-out", redirectUri)],
  });
  console.log(`issuer ${idp.issuer}, client countersign / only-for-trying-it-out, back to ${redirectUri}`);
}
