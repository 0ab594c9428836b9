// Two applications that trust nobody: each verifies the token that the gateway hands it against the
// published keys, as any application behind Countersign should.
//
//     node demo/app.mjs PORT AUTH_ORIGIN
import http from "node:http";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { localFetch } from "./local_fetch.mjs";

const names = { app: "Berth planner", shop: "Chandlery" };

const escape = (text) =>
  String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function page(title, body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:42rem;margin:3rem auto;padding:0 1rem;background:light-dark(#f2f5f5,#0d1416);color:light-dark(#121d20,#e7eeef)}
h1{font-size:1.75rem;line-height:1.2}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}
dt{color:light-dark(#47575c,#a7b6ba)}dd{margin:0;overflow-wrap:anywhere}a{color:light-dark(#0b5a6d,#76c7dc)}
</style><h1>${escape(title)}</h1>${body}</html>`;
}

function facts(claims) {
  const rows = {
    "Signed in as": claims.email,
    User: claims.sub,
    Issuer: claims.iss,
    "Token until": new Date(claims.exp * 1000).toISOString(),
  };
  return Object.entries(rows)
    .map(([k, v]) => `<dt>${escape(k)}</dt><dd>${escape(v)}</dd>`)
    .join("");
}

export function startApp({ port, authOrigin, now = () => new Date() }) {
  const keys = createRemoteJWKSet(new URL("/cdn-cgi/access/certs", authOrigin), {
    cooldownDuration: 1000,
    [customFetch]: localFetch,
  });

  async function answer(rq, rs) {
    const host = (rq.headers.host ?? "").split(":")[0];
    const name = names[host.split(".")[0]] ?? host;
    const token = rq.headers["cf-access-jwt-assertion"];
    const json = rq.url.startsWith("/api/");
    const send = (status, title, body, object) => {
      rs.writeHead(status, { "content-type": json ? "application/json" : "text/html; charset=utf-8" });
      rs.end(json ? JSON.stringify(object) : page(title, body));
    };
    if (rq.url.startsWith("/public/")) return send(200, name, "<p>This page is for everybody.</p>", {});
    if (!token) return send(403, name, "<p>This request came without a token. Nothing is shown.</p>", { error: "no token" });
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: authOrigin, algorithms: ["RS256"], currentDate: now(),
      });
      send(200, name, `<p>The token of this request was checked against the gateway's published keys.</p>
<dl>${facts(payload)}</dl><p><a href="/cdn-cgi/access/logout">Sign out</a></p>`, payload);
    } catch (error) {
      send(403, name, `<p>The token does not hold: ${escape(error.code ?? error.message)}</p>`, { error: error.code });
    }
  }

  const server = http.createServer((rq, rs) => {
    answer(rq, rs).catch(() => rs.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [port, authOrigin] = process.argv.slice(2);
  await startApp({ port: Number(port), authOrigin });
}
