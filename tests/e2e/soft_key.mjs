// Authenticators in software, for what browsers' virtual ones cannot be: a maker with a root of its
// own, models of any AAGUID, statements of any format, and owners who cheat (WebAuthn L3 §6, §8).
import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const text64 = (bytes) => Buffer.from(bytes).toString("base64url");

// --- CBOR (RFC 8949): what an authenticator writes ---

function cborHead(major, n) {
  if (n < 24) return Buffer.from([(major << 5) | n]);
  if (n < 256) return Buffer.from([(major << 5) | 24, n]);
  return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
}

export function cbor(value) {
  if (typeof value === "number") return value >= 0 ? cborHead(0, value) : cborHead(1, -1 - value);
  if (typeof value === "string") return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([cborHead(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([cborHead(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([cborHead(5, value.size), ...[...value].flatMap(([k, v]) => [cbor(k), cbor(v)])]);
}

// --- DER (X.690): certificates ---

function der(tag, ...content) {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
const sequence = (...parts) => der(0x30, ...parts);
const octets = (bytes) => der(0x04, bytes);
const critical = der(0x01, Buffer.from([255]));

function oid(dotted) {
  const [a, b, ...rest] = dotted.split(".").map(Number);
  const bytes = [];
  for (const n of [a * 40 + b, ...rest]) {
    const digits = [n & 127];
    for (let left = n >> 7; left > 0; left >>= 7) digits.unshift((left & 127) | 128);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

const attributes = { C: "2.5.4.6", O: "2.5.4.10", OU: "2.5.4.11", CN: "2.5.4.3" };
const nameOf = (parts) => sequence(...Object.entries(parts).map(([key, value]) =>
  der(0x31, sequence(oid(attributes[key]), der(key === "C" ? 0x13 : 0x0c, Buffer.from(value))))));
const timeOf = (ms) => der(0x18, Buffer.from(new Date(ms).toISOString().replace(/[-:T]/g, "").replace(/\.\d+/, "")));
const ecdsaSha256 = sequence(oid("1.2.840.10045.4.3.2"));
const extension = (id, content, isCritical = false) => sequence(oid(id), ...(isCritical ? [critical] : []), octets(content));
const isAuthority = (yes) => extension("2.5.29.19", yes ? sequence(critical) : sequence(), true);

function certificate({ subject, issuer, keys, issuerKey, from, to, extensions }) {
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const body = sequence(der(0xa0, der(0x02, Buffer.from([2]))), serial, ecdsaSha256, nameOf(issuer), sequence(timeOf(from), timeOf(to)),
    nameOf(subject), keys.publicKey.export({ type: "spki", format: "der" }), der(0xa3, sequence(...extensions)));
  return sequence(body, ecdsaSha256, der(0x03, Buffer.from([0]), sign("sha256", body, issuerKey)));
}

const p256 = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const year = 365 * 86_400_000;

// Who makes authenticators: a root, and a batch certificate for each model.
export class Maker {
  constructor(name) {
    this.subject = { C: "NO", O: name, CN: `${name} root` };
    this.keys = p256();
    this.root = this.#issue({ subject: this.subject, keys: this.keys, extensions: [isAuthority(true)] });
    this.pem = new X509Certificate(this.root).toString();
  }
  // aaguid: 32 hex digits, as the certificate's extension says it (WebAuthn L3 §8.2.1).
  batch(aaguid, subject = {}) {
    const keys = p256();
    const der16 = Buffer.concat([Buffer.from([0x04, 16]), Buffer.from(aaguid, "hex")]);
    const leaf = this.#issue({
      subject: { C: "NO", O: this.subject.O, OU: "Authenticator Attestation", CN: "Batch 1", ...subject }, keys,
      extensions: [isAuthority(false), extension("1.3.6.1.4.1.45724.1.1.4", der16)],
    });
    return { key: keys.privateKey, x5c: [leaf] };
  }
  #issue(wanted) {
    const now = Date.now();
    return certificate({ issuer: this.subject, issuerKey: this.keys.privateKey, from: now - year, to: now + 10 * year, ...wanted });
  }
}

const flag = { present: 0x01, verified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40 };

// One authenticator. batch: of a Maker; format "packed" with it, "self" or "none" without.
export class SoftKey {
  constructor({ aaguid = "00".repeat(16), batch = null, format = batch ? "packed" : "none", attachment = "cross-platform",
    transports = ["usb"], isVerified = true, isSynced = false } = {}) {
    Object.assign(this, { aaguid, batch, format, attachment, transports, isVerified, isSynced });
    this.credentials = new Map();
  }

  #flags(more = 0) {
    return flag.present | (this.isVerified ? flag.verified : 0) | (this.isSynced ? flag.eligible | flag.backedUp : 0) | more;
  }
  #data(rpId, flags, count, attested = Buffer.alloc(0)) {
    const head = Buffer.alloc(5);
    head[0] = flags;
    head.writeUInt32BE(count, 1);
    return Buffer.concat([sha256(Buffer.from(rpId)), head, attested]);
  }
  #client(type, challenge, origin) {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
  #statement(keys, signed) {
    if (this.format === "none") return { fmt: "none", statement: new Map() };
    const signature = sign("sha256", signed, this.format === "self" ? keys.privateKey : this.batch.key);
    const statement = new Map([["alg", -7], ["sig", signature]]);
    if (this.format === "packed") statement.set("x5c", this.batch.x5c);
    return { fmt: "packed", statement };
  }

  // What navigator.credentials.create(…).toJSON() gives for these options.
  create(options, origin) {
    const keys = p256();
    const { x, y } = keys.publicKey.export({ format: "jwk" });
    const id = randomBytes(32);
    const point = new Map([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, "base64url")], [-3, Buffer.from(y, "base64url")]]);
    const length = Buffer.from([0, id.length]);
    const data = this.#data(options.rp.id, this.#flags(flag.attested), 1,
      Buffer.concat([Buffer.from(this.aaguid, "hex"), length, id, cbor(point)]));
    const client = this.#client("webauthn.create", options.challenge, origin);
    const { fmt, statement } = this.#statement(keys, Buffer.concat([data, sha256(client)]));
    this.credentials.set(text64(id), { keys, rpId: options.rp.id, user: options.user.id, count: 1 });
    return this.#answer(text64(id), {
      clientDataJSON: text64(client), authenticatorData: text64(data), transports: this.transports, publicKeyAlgorithm: -7,
      publicKey: text64(keys.publicKey.export({ type: "spki", format: "der" })),
      attestationObject: text64(cbor(new Map([["fmt", fmt], ["attStmt", statement], ["authData", data]]))),
    });
  }

  // The same of navigator.credentials.get(…); null: none of its credentials is asked for.
  get(options, origin) {
    const id = (options.allowCredentials ?? []).map((c) => c.id).find((c) => this.credentials.has(c));
    if (!id) return null;
    const credential = this.credentials.get(id);
    const data = this.#data(options.rpId, this.#flags(), ++credential.count);
    const client = this.#client("webauthn.get", options.challenge, origin);
    const signature = sign("sha256", Buffer.concat([data, sha256(client)]), credential.keys.privateKey);
    return this.#answer(id, { clientDataJSON: text64(client), authenticatorData: text64(data), signature: text64(signature),
      userHandle: credential.user });
  }

  #answer(id, response) {
    return { id, rawId: id, type: "public-key", authenticatorAttachment: this.attachment, clientExtensionResults: {}, response };
  }
}
