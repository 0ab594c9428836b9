import { freePort } from "../free_port.mjs";
import { client, startProvider } from "../peers/oidc-provider.mjs";
import { journey } from "./journey.mjs";
import { origin } from "./stack.mjs";

let idp;

const port = await freePort();

const options = {
  provider: () => ({
    name: "Halden directory",
    type: "oidc",
    config: {
      client_id: "countersign",
      client_secret: "only for the tests, long enough",
      issuer_url: `http://127.0.0.1:${port}`,
      pkce_enabled: true,
      claims: ["groups"],
    },
  }),
  // The provider knows its client once the client knows its own address.
  async configured({ idp: { id } }) {
    idp = await startProvider({
      port,
      clients: [client("countersign", "only for the tests, long enough", `${origin.auth}/cdn-cgi/access/callback/${id}`)],
    });
    idp.setNext({ sub: "alice", amr: ["pwd"], claims: { email: "alice@countersign.test", email_verified: true } });
  },
  async signIn(page) {
    // one provider: it is gone to at once, or by one click where the choice page is shown
    const choice = page.getByText("Halden directory").first();
    await Promise.race([choice.waitFor().catch(() => {}), page.getByRole("heading", { name: /Add an|Enter the code/ }).waitFor().catch(() => {})]);
    if (await choice.isVisible()) await choice.click();
  },
  async refused(page) {
    idp.setNext({ sub: "mallory", amr: ["pwd"], claims: { email: "mallory@elsewhere.test", email_verified: true } });
    const choice = page.getByText("Halden directory").first(); // or gone to at once
    const denied = page.getByRole("heading", { name: "You may not open this" });
    await choice.or(denied).first().waitFor();
    if (await choice.isVisible()) await choice.click();
    await denied.waitFor();
  },
  finish: () => idp?.stop(),
};

journey("with an OpenID provider, on SQLite, behind nginx", { ...options, stack: { database: "sqlite", front: "nginx" } });
journey("with an OpenID provider, on PostgreSQL, behind Caddy", { ...options, stack: { database: "postgresql", front: "caddy" } });
