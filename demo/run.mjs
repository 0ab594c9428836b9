// Runs the real thing on this machine, as script/server shows it: countersignd on SQLite, a real
// nginx in front of two small applications on different sites, and a mail catcher. Ctrl-C stops
// all of it; data stays in var/.
//
//     node demo/run.mjs PROJECT_FOLDER
import { spawn } from "node:child_process";
import { appendFileSync, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startApp } from "./app.mjs";
import { configure } from "./configure.mjs";
import { startCatcher } from "./smtp-catcher.mjs";

const root = path.resolve(process.argv[2] ?? ".");
const varDir = path.join(root, "var");
const file = (name) => path.join(varDir, name);

const address = {
  auth: "http://auth.countersign.localhost:8080",
  console: "http://console.countersign.localhost:8080",
  app: "http://app.countersign.localhost:8081",
  shop: "http://shop.localhost:8081",
  mail: "http://127.0.0.1:8025",
  status: "http://127.0.0.1:9180",
};

const configText = `# Written by script/server. Edit it and send SIGHUP, or start again.
database = "sqlite:${file("countersign.db")}"
keyring = "${file("keyring")}"
listen = {"127.0.0.1:8080"}
listen_status = {"127.0.0.1:9180"}

# Whom members are told to write to when they are stuck; caught, as all mail is.
support_address = "help@countersign.test"
# What a member waits who lost the second factor: days (the defaults are 72h and 120h), and minutes
# here, so that it can be watched.
recovery_wait = "2m"
recovery_wait_thin = "4m"

mail {
    server = "smtp://127.0.0.1:2525"
    security = "none"
    from = "no-reply@countersign.test"
}

# An identity provider on this machine may be tried out too.
outbound {
    allow = {"127.0.0.0/8", "::1"}
}

proxy nginx {
    dialect = "nginx"
    peers = {"127.0.0.1", "::1"}
}
`;

const children = new Set();
const servers = [];
let catcher;
let stopping = false;

function start(name, command, args, options = {}) {
  // A process group of its own: a Ctrl-C of the terminal reaches us alone, and we end them in order.
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true, ...options });
  const log = createWriteStream(file(`${name}.log`), { flags: "a" });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  children.add(child);
  child.on("exit", (code, signal) => {
    children.delete(child);
    if (stopping) return;
    console.error(`${name} ended (${signal ?? code}); see var/${name}.log. Stopping everything.`);
    stop(1);
  });
  child.on("error", (error) => {
    console.error(`${name} cannot be started: ${error.message}`);
    stop(1);
  });
  return child;
}

// What it printed; its log goes to the others, and here only when it fails.
function run(name, command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let logged = "";
    child.stdout.on("data", (text) => { said += text; });
    child.stderr.on("data", (text) => { logged += text; });
    child.on("error", reject);
    child.on("close", (code) => {
      appendFileSync(file(`${name}.log`), logged);
      if (code === 0) resolve(said);
      else reject(new Error(`${name} ${args[0]} ended with ${code}\n${logged}`));
    });
  });
}

async function stop(code) {
  if (stopping) return;
  stopping = true;
  const waiting = [...children].map((child) => new Promise((done) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    child.on("exit", () => { clearTimeout(timer); done(); });
    child.kill("SIGTERM");
  }));
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await catcher?.stop();
  await Promise.all(waiting);
  process.exit(code);
}

async function answers(url, what) {
  const until = Date.now() + 20_000;
  while (Date.now() < until && !stopping) {
    try {
      if ((await fetch(url, { redirect: "manual" })).status < 500) return;
    } catch { /* not yet */ }
    await new Promise((r) => setTimeout(r, 50));
  }
  throw new Error(`${what} does not answer at ${url}`);
}

function nginxConfig() {
  const temp = file("nginx");
  mkdirSync(temp, { recursive: true });
  const user = process.getuid() === 0 ? "user root;" : "";
  return `${user}
daemon off;
pid ${temp}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path ${temp}/body;
    proxy_temp_path ${temp}/proxy;
    fastcgi_temp_path ${temp}/fastcgi;
    uwsgi_temp_path ${temp}/uwsgi;
    scgi_temp_path ${temp}/scgi;
    include ${path.join(root, "docs/deploy/nginx.conf")};
}
`;
}

async function initialise() {
  mkdirSync(varDir, { recursive: true, mode: 0o700 });
  if (!existsSync(file("countersignd.conf"))) writeFileSync(file("countersignd.conf"), configText);
  if (existsSync(file("account-id"))) return;
  for (const half of ["keyring", "countersign.db", "countersign.db-wal", "countersign.db-shm", "api-token"])
    rmSync(file(half), { force: true }); // a first start that was cut short begins again
  const said = await run("countersignd", path.join(root, "build/countersignd"), ["init", "--config", file("countersignd.conf"),
    "--account", "Halden Maritime", "--auth-origin", address.auth,
    "--console-origin", address.console, "--owner", "owner@countersign.test",
    "--api-token-file", file("api-token"), "--account-id-file", file("account-id")]);
  writeFileSync(file("owner-invitation"), said.match(/open (\S+)/)[1] + "\n", { mode: 0o600 });
}

function consoleText() {
  const invitation = file("owner-invitation");
  const counts = existsSync(invitation) && Date.now() - statSync(invitation).mtimeMs < 7 * 86_400_000;
  const first = counts ? `
               for owner@countersign.test, whose password is set by a link that works once:
               ${readFileSync(invitation, "utf8").trim()}` : "";
  return `${address.console}/console/${first}`;
}

const recoveryWait = () =>
  readFileSync(file("countersignd.conf"), "utf8").match(/^recovery_wait = "(\S+)"/m)?.[1] ?? "72h";

function tell() {
  console.log(`
Countersign is running.

  1. Open      ${address.app}
               and sign in with any address; one at elsewhere.test is refused
  2. The PIN   is in the mail: ${address.mail}
  3. Enrol     a security key, this device's own authenticator, or an authenticator application:
               by its QR code, or by its key: build/countersign oath -b --totp KEY
               (no key at hand: the WebAuthn tab of Chrome's developer tools has one)
  4. Then try  ${address.shop}
               another site, guarded by the same sign-in

  Portal       ${address.auth}
  Console      ${consoleText()}
               My profile, Authentication: confirm the address by the link in the mail, then
               enable 2FA. Lost everything? The last line of the sign-in's question; the wait
               is ${recoveryWait()} here (recovery_wait in var/countersignd.conf; the default is 72h)
  API          curl -H "Authorization: Bearer $(cat var/api-token)" \\
                 http://127.0.0.1:8080/client/v4/accounts/$(cat var/account-id)/access/apps
  Health       ${address.status}/healthz   ${address.status}/metrics

Logs are in var/*.log. Ctrl-C stops everything; what you did stays in var/.
`);
}

process.on("SIGINT", () => stop(0));
process.on("SIGTERM", () => stop(0));
process.on("SIGHUP", () => stop(0));

try {
  await initialise();
  catcher = await startCatcher({ smtpPort: 2525, webPort: 8025 });
  servers.push(await startApp({ port: 8090, authOrigin: address.auth }));
  start("countersignd", path.join(root, "build/countersignd"), ["run", "--config", file("countersignd.conf")]);
  await answers(`${address.status}/healthz`, "countersignd");
  await configure({
    base: "http://127.0.0.1:8080/client/v4",
    token: readFileSync(file("api-token"), "utf8").trim(),
    account: readFileSync(file("account-id"), "utf8").trim(),
    authDomain: new URL(address.auth).host,
  });
  writeFileSync(file("nginx.conf"), nginxConfig());
  start("nginx", "nginx", ["-c", file("nginx.conf"), "-e", "stderr"], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  await answers("http://127.0.0.1:8081/", "nginx");
  if (!stopping) tell();
} catch (error) {
  if (!stopping) console.error(`script/server: ${error.message}`);
  await stop(1);
}
