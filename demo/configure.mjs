// Configures the demonstration through the one way there is, the access configuration API. Running
// it again changes nothing.

const fixed = {
  organization: (authDomain) => ({
    auth_domain: authDomain,
    name: "Halden Maritime",
    session_duration: "24h",
    mfa_config: { allowed_authenticators: ["totp", "biometrics", "security_key"], session_duration: "24h" },
    mfa_required_for_all_apps: true,
  }),
  provider: { name: "PIN by e-mail", type: "onetimepin", config: {} },
  policy: {
    name: "Everybody but elsewhere.test",
    decision: "allow",
    include: [{ everyone: {} }],
    exclude: [{ email_domain: { domain: "elsewhere.test" } }],
  },
  applications: [
    { name: "Berth planner", domain: "app.countersign.localhost:8081", type: "self_hosted" },
    { name: "Chandlery", domain: "shop.localhost:8081", type: "self_hosted" },
  ],
};

export async function configure({ base, token, account, authDomain }) {
  async function call(method, path, body) {
    const answer = await fetch(`${base}/accounts/${account}/access/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok && !(method === "GET" && answer.status === 404))
      throw new Error(`${method} ${path}: ${json.errors?.[0]?.message ?? answer.status}`);
    return answer.ok ? json.result : null;
  }

  const organization = await call("GET", "organizations");
  if (organization === null) await call("POST", "organizations", fixed.organization(authDomain));
  const providers = await call("GET", "identity_providers");
  if (!providers.some((p) => p.type === "onetimepin")) await call("POST", "identity_providers", fixed.provider);
  const policies = await call("GET", "policies");
  const policy = policies.find((p) => p.name === fixed.policy.name) ?? (await call("POST", "policies", fixed.policy));
  const present = await call("GET", "apps");
  for (const application of fixed.applications) {
    if (present.some((a) => a.domain === application.domain)) continue;
    await call("POST", "apps", { ...application, session_duration: "24h", policies: [policy.id] });
  }
}
