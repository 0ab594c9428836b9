// The driver (driver.c) as an object: one question, one answer.
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

const root = path.resolve(import.meta.dirname, "../../..");
const built = process.env.CS_BUILD ?? path.join(root, "build");

export function startDriver() {
  const child = spawn(path.join(built, "tests/compat/peers_driver"), { stdio: ["pipe", "pipe", "pipe"] });
  const waiting = [];
  const log = [];
  let ended = null;
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const exited = new Promise((resolve) => {
    const end = (why) => {
      ended = why;
      waiting.splice(0).forEach((w) => w.reject(new Error(`the driver ended: ${why}\n${log.join("\n")}`)));
      resolve(why);
    };
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) => end(signal ?? code));
  });
  return {
    // Lines of JSON that the code logged, newest last.
    events: () => log.filter((l) => l.startsWith("{")).map((l) => JSON.parse(l)),
    ask(verb, more = {}) {
      return new Promise((resolve, reject) => {
        if (ended !== null) return reject(new Error(`the driver ended: ${ended}`));
        waiting.push({ resolve, reject });
        return child.stdin.write(`${JSON.stringify({ do: verb, ...more })}\n`);
      });
    },
    // Its exit status: a leak or a bad access in a sanitized build is not 0.
    async stop() {
      child.stdin.end();
      return exited;
    },
  };
}
