// fetch for names under .localhost, which Node does not resolve: every request goes to this machine,
// with the name in Host. No redirect is followed.
import http from "node:http";

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

export function localFetch(url, { method = "GET", headers = {}, body } = {}) {
  const to = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request({
      agent, method, host: "127.0.0.1", port: to.port || 80, path: to.pathname + to.search,
      headers: { ...(headers instanceof Headers ? Object.fromEntries(headers) : headers), host: to.host },
    }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const fields = new Headers();
        for (let i = 0; i < answer.rawHeaders.length; i += 2) fields.append(answer.rawHeaders[i], answer.rawHeaders[i + 1]);
        const empty = [204, 304].includes(answer.statusCode);
        resolve(new Response(empty ? null : Buffer.concat(chunks), { status: answer.statusCode, headers: fields }));
      });
    });
    request.on("error", reject);
    request.setTimeout(30_000, () => request.destroy(new Error("no answer within 30 s")));
    request.end(body);
  });
}
