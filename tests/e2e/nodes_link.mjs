// A way to a Unix socket that can fall silent, be cut and be mended.
import net from "node:net";
import { rmSync } from "node:fs";

export class Link {
  static async open(from, to) {
    const link = new Link();
    link.pairs = new Set();
    link.state = "open";
    link.from = from;
    link.server = net.createServer((near) => link.#join(near, net.connect(to)));
    await new Promise((done) => link.server.listen(from, done));
    return link;
  }

  #join(near, far) {
    const pair = [near, far];
    const end = () => {
      this.pairs.delete(pair);
      for (const side of pair) side.destroy();
    };
    this.pairs.add(pair);
    for (const side of pair) side.on("error", end).on("close", end);
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => near.write(bytes));
    if (this.state === "cut") end();
    if (this.state === "silent") for (const side of pair) side.pause();
  }

  // Whatever is sent stays on the way, in both directions; who connects meets the same silence.
  silent() {
    this.state = "silent";
    for (const pair of this.pairs) for (const side of pair) side.pause();
  }
  cut() {
    this.state = "cut";
    for (const pair of this.pairs) for (const side of pair) side.destroy();
  }
  mend() {
    this.state = "open";
    for (const pair of this.pairs) for (const side of pair) side.resume();
  }
  async close() {
    this.cut();
    await new Promise((done) => this.server.close(done));
    rmSync(this.from, { force: true });
  }
}
