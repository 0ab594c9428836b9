// A mail server (npm smtp-server) with a certificate and a login, and another program's reader of
// mails (npm postal-mime). The server without either is demo/smtp-catcher.mjs.
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

export const readMail = (raw) => PostalMime.parse(raw);

// users: { name: password }. more: further options of smtp-server. Mails are kept as they came.
export async function startMailServer({ key, cert, users = {}, port = 0, ...more }) {
  const mails = [];
  const server = new SMTPServer({
    key,
    cert,
    disableReverseLookup: true,
    onAuth({ username, password }, session, done) {
      if (Object.hasOwn(users, username) && users[username] === password) return done(null, { user: username });
      return done(new Error("wrong name or password"));
    },
    onData(stream, session, done) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push({ raw: Buffer.concat(chunks), secure: session.secure, user: session.user });
        done();
      });
    },
    ...more,
  });
  server.on("error", () => {}); // a client that hangs up is its own affair
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    mails,
    port: server.server.address().port,
    stop: () => new Promise((done) => server.close(done)),
  };
}
