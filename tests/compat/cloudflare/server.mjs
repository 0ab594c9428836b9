// A real countersignd on a database of its own, or one that is running already:
//   COUNTERSIGN_URL, COUNTERSIGN_TOKEN, COUNTERSIGN_ACCOUNT, COUNTERSIGN_AUTH_DOMAIN
//                      an account without an organization
//   COUNTERSIGND       the program, build/countersignd unless named
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { freePort } from "../../free_port.mjs";

const program = process.env.COUNTERSIGND ?? fileURLToPath(new URL("../../../build/countersignd", import.meta.url));

async function answers(url, child) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`countersignd ended with ${child.exitCode}`);
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resume) => setTimeout(resume, 50));
    }
  }
  throw new Error("countersignd does not answer");
}

// A PostgreSQL server for this test alone; it ends when its standard input does.
export async function startPostgres() {
  const child = spawn(fileURLToPath(new URL("../../contract/with-postgres", import.meta.url)),
    ["sh", "-c", 'echo "$CS_TEST_DATABASE"; cat'], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return {
    url: line.toString().trim(),
    async stop() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

// database: of startPostgres; an SQLite file unless given.
export async function startServer(database) {
  const { COUNTERSIGN_URL: url, COUNTERSIGN_TOKEN: token, COUNTERSIGN_ACCOUNT: account } = process.env;
  if (url) {
    return { url, token, account, authDomain: process.env.COUNTERSIGN_AUTH_DOMAIN, stop: async () => {} };
  }
  const folder = await mkdtemp(`${tmpdir()}/countersign-compat-`);
  const [port, statusPort] = [await freePort(), await freePort()];
  const config = `${folder}/countersignd.conf`;
  const authDomain = `auth.countersign.localhost:${port}`;
  await writeFile(config, `database = "${database?.url ?? `sqlite:${folder}/countersign.db`}"
keyring = "${folder}/keyring"
listen = {"127.0.0.1:${port}"}
listen_status = {"127.0.0.1:${statusPort}"}
`);
  const made = spawnSync(program, ["init", "--config", config, "--account", "Halden Maritime",
    "--auth-origin", `http://${authDomain}`, "--console-origin", `http://console.countersign.localhost:${port}`,
    "--owner", "owner@example.test", "--api-token-file", `${folder}/api-token`, "--account-id-file", `${folder}/account-id`],
    { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`init: ${made.error ?? made.stderr}`);
  const child = spawn(program, ["run", "--config", config], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (part) => (log += part));
  await answers(`http://127.0.0.1:${statusPort}/healthz`, child);
  return {
    url: `http://127.0.0.1:${port}/client/v4`,
    token: (await readFile(`${folder}/api-token`, "utf8")).trim(),
    account: (await readFile(`${folder}/account-id`, "utf8")).trim(),
    authDomain,
    log: () => log,
    async stop() {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      await database?.stop();
      await rm(folder, { recursive: true });
    },
  };
}
