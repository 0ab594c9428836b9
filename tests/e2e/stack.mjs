// The real thing for one test file: countersignd-test (the server with a clock that we set), nginx
// or Caddy with the configuration of docs/deploy, the two demonstration applications, a mail
// catcher, and SQLite or a PostgreSQL of its own. Everything is in one temporary folder.
//
// Behind no proxy (front: "none") it takes free ports, so that several run side by side; the tests
// then say themselves what a proxy would.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync, mkdirSync, rmSync, chmodSync, chownSync, createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startApp } from "../../demo/app.mjs";
import { localFetch } from "../../demo/local_fetch.mjs";
import { startCatcher } from "../../demo/smtp-catcher.mjs";
import { freePort } from "../free_port.mjs";

export const root = path.resolve(import.meta.dirname, "../..");
export const built = process.env.CS_BUILD ?? path.join(root, "build");

export const origin = {
  auth: "http://auth.countersign.localhost:8080",
  console: "http://console.countersign.localhost:8080",
  app: "http://app.countersign.localhost:8081",
  shop: "http://shop.localhost:8081",
};

const originsAt = (port) => ({
  auth: `http://auth.countersign.localhost:${port}`,
  console: `http://console.countersign.localhost:${port}`,
  app: `http://app.countersign.localhost:${port}`,
  shop: `http://shop.localhost:${port}`,
});

const machineNow = Date.now;

// An error that isTheEnd is not waited past.
export async function until(what, probe, ms = 60_000) {
  const end = performance.now() + ms;
  let last;
  while (performance.now() < end) {
    try {
      const got = await probe();
      if (got) return got;
    } catch (error) {
      if (error.isTheEnd) throw error;
      last = error;
    }
    await new Promise((r) => setTimeout(r, 25));
  }
  throw new Error(`${what} did not happen within ${ms} ms${last ? `: ${last.message}` : ""}`);
}

class Processes {
  constructor(folder) {
    this.folder = folder;
    this.list = [];
    this.logs = new Map();
  }
  log(name) {
    if (!this.logs.has(name)) this.logs.set(name, createWriteStream(path.join(this.folder, `${name}.log`), { flags: "a" }));
    return this.logs.get(name);
  }
  start(name, command, args, options = {}) {
    const log = this.log(name);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.ended = new Promise((done) => child.on("exit", (code, signal) => done({ code, signal })));
    child.on("error", (error) => log.write(`cannot start: ${error.message}\n`));
    this.list.push(child);
    return child;
  }
  async stop(child, signal = "SIGTERM") {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
      await child.ended;
      clearTimeout(timer);
    }
  }
  async stopAll() {
    for (const child of this.list.reverse()) await this.stop(child);
  }
}

const bin = "/usr/lib/postgresql/15/bin";

// A PostgreSQL server on a private socket; the URL to reach it, and how to start it again.
async function makePostgres(processes, folder) {
  const data = path.join(folder, "pg");
  mkdirSync(data, { mode: 0o700 });
  const asRoot = process.getuid() === 0;
  const id = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout.trim());
  const owner = asRoot ? { uid: id("-u"), gid: id("-g") } : {};
  if (asRoot) {
    chmodSync(folder, 0o755);
    chownSync(data, owner.uid, owner.gid);
  }
  const made = spawnSync(`${bin}/initdb`, ["-D", data, "-A", "trust", "-U", "cs", "--locale=C", "-E", "UTF8", "--no-sync"],
    { ...owner, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const postgres = {
    data,
    url: (host = data) => `postgresql:///countersign?host=${encodeURIComponent(host)}&user=cs`,
    query: (sql, name = "countersign") =>
      spawnSync(`${bin}/psql`, ["-h", data, "-U", "cs", "-d", name, "-Atqc", sql], { encoding: "utf8" }),
    async start() {
      postgres.child = processes.start("postgres", `${bin}/postgres`,
        ["-D", data, "-k", data, "-h", "", "-c", "fsync=off"], owner);
      await until("PostgreSQL's start", () => postgres.query("SELECT 1", "postgres").status === 0);
    },
    stop: (signal = "SIGINT") => processes.stop(postgres.child, signal),
  };
  await postgres.start();
  const created = postgres.query("CREATE DATABASE countersign", "postgres");
  if (created.status !== 0) throw new Error(`CREATE DATABASE: ${created.stderr}`);
  return postgres;
}

function configText({ folder, database, smtpPort, port, statusPort, dialect, settings }) {
  return `database = "${database}"
keyring = "${folder}/keyring"
listen = {"127.0.0.1:${port}"}
listen_status = {"127.0.0.1:${statusPort}"}
mail { server = "smtp://127.0.0.1:${smtpPort}" security = "none" from = "no-reply@countersign.test" }
outbound { allow = {"127.0.0.0/8", "::1"} }
proxy edge { dialect = "${dialect}" peers = {"127.0.0.1", "::1"} }
${settings}`;
}

// One countersignd: its ports, its configuration file, its process and what it logged.
export class Node {
  constructor(stack, name, { port, statusPort, database = stack.database, settings = "" }) {
    Object.assign(this, { stack, name, port, statusPort });
    this.config = path.join(stack.folder, `${name}.conf`);
    this.text = configText({ folder: stack.folder, database, smtpPort: stack.smtp.smtpPort, port, statusPort,
      dialect: stack.dialect, settings });
    this.configure(this.text);
  }
  configure(text) { writeFileSync(this.config, text); }

  launch() {
    this.child = this.stack.processes.start(this.name, path.join(built, "tests/e2e/countersignd-test"),
      ["run", "--config", this.config], { env: this.stack.env });
  }
  async start() {
    this.launch();
    await until(`the start of ${this.name}`, async () => {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw Object.assign(new Error(`countersignd ended with ${this.child.exitCode ?? this.child.signalCode}\n${this.logText().split("\n").slice(-8).join("\n")}`), { isTheEnd: true });
      return (await this.health()).ok;
    });
  }
  health() { return localFetch(`http://127.0.0.1:${this.statusPort}/healthz`); }
  stop(signal) { return this.stack.processes.stop(this.child, signal); }
  logText() { return readFileSync(path.join(this.stack.folder, `${this.name}.log`), "utf8"); }
  events(name) {
    return this.logText().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))
      .filter((entry) => name === undefined || entry.event === name);
  }
}

function nginxText(folder) {
  const user = process.getuid() === 0 ? "user root;" : "";
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((t) => `    ${t}_temp_path ${folder}/nginx-${t};`).join("\n");
  return `${user}
daemon off;
pid ${folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 1024; }
http {
    access_log off;
${temps}
    include ${root}/docs/deploy/nginx.conf;
}
`;
}

export class Stack {
  static async start({ database = "sqlite", front = "nginx", settings = "", databaseFolder } = {}) {
    const stack = new Stack();
    try {
      await stack.#start({ database, front, settings, databaseFolder });
    } catch (error) {
      error.message += `\n${stack.logs()}`;
      await stack.stop();
      throw error;
    }
    return stack;
  }

  async #start({ database, front, settings, databaseFolder }) {
    this.folder = mkdtempSync(path.join(tmpdir(), "countersign-e2e-"));
    this.processes = new Processes(this.folder);
    this.servers = [];
    this.front = front;
    writeFileSync(this.clockFile(), "0");
    this.smtp = await startCatcher({ smtpPort: 0, webPort: 0 });
    this.postgres = database === "postgresql" ? await makePostgres(this.processes, this.folder) : null;
    this.database = this.postgres?.url() ?? `sqlite:${databaseFolder ?? this.folder}/countersign.db`;
    this.dialect = front === "nginx" || front === "none" ? "nginx" : "forwarded";
    const ports = front === "none" ? { port: await freePort(), statusPort: await freePort() } : { port: 8080, statusPort: 9180 };
    this.origin = front === "none" ? originsAt(ports.port) : origin;
    this.node = new Node(this, "countersignd", { ...ports, settings });
    this.initOutput = this.run(["init", "--config", this.config(), "--account", "Halden Maritime", "--auth-origin", this.origin.auth,
      "--console-origin", this.origin.console, "--owner", "owner@countersign.test", "--api-token-file", `${this.folder}/api-token`,
      "--account-id-file", `${this.folder}/account-id`]);
    this.token = readFileSync(`${this.folder}/api-token`, "utf8").trim();
    this.account = readFileSync(`${this.folder}/account-id`, "utf8").trim();
    if (front !== "none")
      this.servers.push(await startApp({ port: 8090, authOrigin: origin.auth, now: () => new Date(this.now()) }));
    await this.startServer();
    if (front !== "none") await this.startFront();
  }

  // Another countersignd over the same database, or over another way to it.
  async addNode(name, options = {}) {
    const node = new Node(this, name, { port: await freePort(), statusPort: await freePort(), ...options });
    await node.start();
    return node;
  }

  config() { return this.node.config; }
  clockFile() { return path.join(this.folder, "clock"); }
  get env() { return { ...process.env, CS_TEST_CLOCK: this.clockFile(), PATH: `${process.env.PATH}:/usr/sbin` }; }

  run(args) {
    const done = spawnSync(path.join(built, "tests/e2e/countersignd-test"), args, { env: this.env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`countersignd ${args[0]}: ${done.stderr}`);
    return done.stdout;
  }

  async startServer() { await this.node.start(); }
  async stopServer(signal) { await this.node.stop(signal); }

  async startFront() {
    if (this.front === "nginx") {
      writeFileSync(`${this.folder}/nginx.conf`, nginxText(this.folder));
      this.proxy = this.processes.start("nginx", "nginx", ["-c", `${this.folder}/nginx.conf`, "-e", "stderr"], { env: this.env });
    } else {
      this.proxy = this.processes.start("caddy", "caddy", ["run", "--config", `${root}/docs/deploy/Caddyfile`, "--adapter", "caddyfile"],
        { env: { ...this.env, XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder, HOME: this.folder } });
    }
    await until("the proxy's start", async () =>
      (await localFetch(`${origin.app}/`)).status < 500);
  }

  // A call of the access configuration API, whatever it answers.
  async api(method, path, body, node = this.node) {
    const answer = await localFetch(`http://127.0.0.1:${node.port}/client/v4/accounts/${this.account}/access/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, json: await answer.json() };
  }

  // The clock that countersignd and this process read, ahead of the machine's by so much.
  shiftClock(ms) {
    this.shift = (this.shift ?? 0) + ms;
    Date.now = () => machineNow() + this.shift;
    // in place and in one piece: an empty file, or half a number, would set the clock back
    writeFileSync(this.clockFile(), String(this.shift).padEnd(20), { flag: "r+" });
  }
  now() { return Date.now(); }

  // The newest PIN sent to an address after a moment. Other mail goes there too.
  async pinFor(address, after = 0) {
    const pinOf = (m) => m.text.match(/^\s*(\d{6})\s*$/m)?.[1];
    const mail = await until(`a PIN to ${address}`, async () =>
      this.smtp.messages().filter((m) => m.to.includes(address) && m.at >= after && pinOf(m)).at(-1));
    return pinOf(mail);
  }

  totp(key) {
    const at = new Date(this.now()).toISOString().replace(/\.\d+Z$/, "Z").replace("T", " ").replace("Z", " UTC");
    const done = spawnSync("oathtool", ["--totp", "-b", "-N", at, "-"], { input: key, encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
    return done.stdout.trim();
  }

  logs() {
    if (!this.folder) return "";
    const tail = (name) => {
      try {
        return `--- ${name}\n${readFileSync(path.join(this.folder, `${name}.log`), "utf8").split("\n").slice(-30).join("\n")}`;
      } catch {
        return "";
      }
    };
    return ["countersignd", "nginx", "caddy", "postgres"].map(tail).join("\n");
  }

  async stop() {
    Date.now = machineNow;
    await this.processes?.stopAll();
    for (const server of this.servers ?? []) {
      server.closeAllConnections?.();
      server.close();
    }
    await this.smtp?.stop();
    if (this.folder && !process.env.CS_KEEP) rmSync(this.folder, { recursive: true, force: true });
  }
}
