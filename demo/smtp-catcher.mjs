// A mail server that keeps everything and sends nothing on: for script/server and the tests.
//
// For people the mail is at http://127.0.0.1:WEBPORT/. For programs:
//     GET /api/messages[?to=ADDRESS]            all of it, oldest first; DELETE forgets it
//     GET /api/messages/N, /api/messages/N/raw  one, decoded or as it came
//     GET /api/wait?to=ADDRESS[&ms=5000]        the newest to an address, as soon as there is one; else 408
// A recipient asks for trouble: fail451@…, fail550@… (any reply), silent@… (no reply at all).
import http from "node:http";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

const KEPT = 500;

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:44rem;margin:2rem auto;padding:0 1rem;background:light-dark(#f2f5f5,#0d1416);color:light-dark(#121d20,#e7eeef)}
article{background:light-dark(#fff,#151e21);border:1px solid light-dark(#d2dadb,#2c393d);border-radius:8px;padding:1rem;margin:1rem 0}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:0}p.meta{margin:0;color:light-dark(#47575c,#a7b6ba);font-size:.875rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.75rem 0 0}
a{color:light-dark(#0b5a6d,#76c7dc)}b.pin{font:600 1.5rem/1.4 ui-monospace,monospace;letter-spacing:.1em}`;

// A PIN, and the codes that stand on a line of their own, are large; an address can be opened.
const code = /\b\d{6}\b|^ *(?:\d{4} ?\d{4}|[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}) *$/m;
const body = (text) => text.split(/(https?:\/\/[^\s<>]+)/).map((part, i) => (i % 2 === 1
  ? `<a href="${escape(part)}" target="_blank" rel="noreferrer">${escape(part)}</a>`
  : escape(part).replace(code, (found) => `<b class="pin">${found.trim()}</b>`))).join("");

function page(messages) {
  const articles = [...messages].reverse().map((m) => `<article><h2>${escape(m.subject)}</h2>
<p class="meta">to ${escape(m.to.join(", "))} · ${escape(new Date(m.at).toLocaleTimeString("en-GB"))}</p>
<pre>${body(m.text)}</pre></article>`).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>Caught mail</title><style>${style}</style>
<h1>Caught mail</h1>${articles || "<p>Nothing yet. This page looks again every five seconds.</p>"}</html>`;
}

// The trouble that a recipient's address asks for.
function trouble(address) {
  const [, code] = address.match(/^fail(\d{3})@/) ?? [];
  if (code) return Object.assign(new Error("as asked"), { responseCode: Number(code) });
  return null;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.server ?? server).address().port));
  });
}

export async function startCatcher({ smtpPort, webPort }) {
  const messages = [];
  let count = 0;
  let outage = null; // a reply code for everything, or "silent"
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    onRcptTo({ address }, session, callback) {
      if (outage === "silent" || address.startsWith("silent@")) return; // never answers
      callback(outage ? Object.assign(new Error("as asked"), { responseCode: outage }) : trouble(address));
    },
    onData(stream, session, callback) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks);
        const mail = await PostalMime.parse(raw);
        messages.push({
          id: ++count,
          at: Date.now(),
          to: session.envelope.rcptTo.map((r) => r.address),
          from: session.envelope.mailFrom.address,
          subject: mail.subject ?? "",
          text: mail.text ?? "",
          messageId: mail.messageId ?? "",
          raw: raw.toString("latin1"),
        });
        messages.splice(0, Math.max(0, messages.length - KEPT));
        callback();
      });
    },
  });
  smtp.on("error", () => {}); // a client that hangs up is its own affair
  const to = (address) => messages.filter((m) => !address || m.to.includes(address));
  const view = ({ raw, ...rest }) => rest;
  const newest = async (address, ms) => {
    const end = performance.now() + ms;
    while (to(address).length === 0 && performance.now() < end) await new Promise((done) => setTimeout(done, 25));
    return to(address).at(-1);
  };
  async function answer(rq, rs) {
    const { pathname, searchParams } = new URL(rq.url, "http://mail.localhost");
    const send = (status, type, body) => rs.writeHead(status, { "content-type": type }).end(body);
    const json = (object) => send(object === undefined ? 404 : 200, "application/json", JSON.stringify(object ?? null));
    if (pathname === "/api/messages" && rq.method === "DELETE") return json(messages.splice(0).map(view));
    if (pathname === "/api/messages") return json(to(searchParams.get("to")).map(view));
    if (pathname === "/api/wait") {
      const found = await newest(searchParams.get("to"), Number(searchParams.get("ms") ?? 5000));
      return found ? json(view(found)) : send(408, "text/plain", "nothing came\n");
    }
    const [, number, raw] = pathname.match(/^\/api\/messages\/(\d+)(\/raw)?$/) ?? [];
    const one = messages.find((m) => m.id === Number(number));
    if (raw && one) return send(200, "message/rfc822", Buffer.from(one.raw, "latin1"));
    if (number) return json(one && view(one));
    return send(200, "text/html; charset=utf-8", page(messages));
  }
  const web = http.createServer((rq, rs) => {
    answer(rq, rs).catch(() => rs.destroy());
  });
  const ports = { smtpPort: await listen(smtp, smtpPort), webPort: await listen(web, webPort) };
  return {
    ...ports,
    messages: () => messages,
    setOutage(what) { outage = what; },
    async stop() {
      web.close();
      web.closeAllConnections();
      await new Promise((done) => smtp.close(done));
    },
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [smtpPort = "2525", webPort = "8025"] = process.argv.slice(2);
  await startCatcher({ smtpPort: Number(smtpPort), webPort: Number(webPort) });
}
