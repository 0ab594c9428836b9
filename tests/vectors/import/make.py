#!/usr/bin/env python3
"""Backups as other authenticators write them, made from the published descriptions of their formats
with entries of our own: python3 make.py writes them beside itself, the same bytes every time.

Needs cryptography; Argon2 and secretstream are called in libargon2 and libsodium."""
import base64
import ctypes
import hashlib
import hmac
import json
import os
import struct

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = os.path.dirname(os.path.abspath(__file__))
PASSWORD = "correct horse"
argon2 = ctypes.CDLL("libargon2.so.1")
sodium = ctypes.CDLL("libsodium.so.23")


def some(name, length):
    """Bytes that look random and are the same tomorrow."""
    return hashlib.shake_256(name.encode()).digest(length)


def entry(number, issuer, account, kind="totp", algorithm="SHA1", digits=6, period=30, counter=0):
    length = {"SHA1": 20, "SHA256": 32, "SHA512": 64}[algorithm]
    secret = some("secret %d" % number, length)
    return {"issuer": issuer, "account": account, "type": kind, "algorithm": algorithm,
            "digits": digits, "period": period if kind != "hotp" else None,
            "counter": counter if kind == "hotp" else None,
            "secret": base64.b32encode(secret).decode().rstrip("=")}


ENTRIES = [
    entry(0, "Example", "alice@example.test"),
    entry(1, "Sample Bank", "alice", algorithm="SHA256", digits=8, period=60),
    entry(2, "Widgets & Söhne \U0001f511", "bob", algorithm="SHA512", digits=7),
    entry(3, "Example", "vpn", kind="hotp", counter=7),
    entry(4, "Steam", "player.one", kind="steam", digits=5),
]
manifest = []


def raw(e):
    return base64.b32decode(e["secret"] + "=" * (-len(e["secret"]) % 8))


def write(name, data, form, entries, password=None, refused=0):
    if isinstance(data, (dict, list)):
        data = (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
    elif isinstance(data, str):
        data = data.encode()
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)
    manifest.append({"file": name, "format": form, "password": password, "refused": refused,
                     "entries": entries})
    return data


def changed(e, **fields):
    return {**e, **fields}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def uri(e):
    from urllib.parse import quote
    end = "counter=%d" % e["counter"] if e["type"] == "hotp" else "period=%d" % e["period"]
    return "otpauth://%s/%s:%s?secret=%s&issuer=%s&algorithm=%s&digits=%d&%s" % (
        e["type"], quote(e["issuer"], safe=""), quote(e["account"], safe=""), e["secret"],
        quote(e["issuer"], safe=""), e["algorithm"], e["digits"], end)


def gcm(key, nonce, plain, aad=None):
    return AESGCM(key).encrypt(nonce, plain, aad)


def cbc(key, iv, plain):
    pad = padding.PKCS7(128).padder()
    e = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return e.update(pad.update(plain) + pad.finalize()) + e.finalize()


def argon2id(password, salt, passes, memory_kib, lanes):
    out = ctypes.create_string_buffer(32)
    size = ctypes.c_size_t
    status = argon2.argon2id_hash_raw(
        ctypes.c_uint32(passes), ctypes.c_uint32(memory_kib), ctypes.c_uint32(lanes), password,
        size(len(password)), salt, size(len(salt)), out, size(32))
    assert status == 0, status
    return out.raw


def secretstream(key, header, plain):
    """One message with the final tag, the way libsodium's init_push and push make it, but with a
    header that is given: the state is the subkey, the counter and the header's last 8 bytes."""
    subkey = ctypes.create_string_buffer(32)
    assert sodium.crypto_core_hchacha20(subkey, header[:16], key, None) == 0
    state = ctypes.create_string_buffer(
        subkey.raw + struct.pack("<I", 1) + header[16:] + bytes(8), 52)
    out = ctypes.create_string_buffer(len(plain) + 17)
    length = ctypes.c_ulonglong()
    assert sodium.crypto_secretstream_xchacha20poly1305_push(
        state, out, ctypes.byref(length), plain, ctypes.c_ulonglong(len(plain)), None,
        ctypes.c_ulonglong(0), ctypes.c_ubyte(3)) == 0
    return out.raw


def b64(data):
    return base64.b64encode(data).decode()


password = PASSWORD.encode()
totps = [e for e in ENTRIES if e["type"] == "totp"]


# --- Aegis (its docs/vault.md) ---
def aegis_entry(e, number):
    info = {"secret": e["secret"], "algo": e["algorithm"], "digits": e["digits"]}
    if e["type"] == "hotp":
        info["counter"] = e["counter"]
    else:
        info["period"] = e["period"]
    return {"type": e["type"], "uuid": "00000000-0000-4000-8000-00000000000%d" % number,
            "name": e["account"], "issuer": e["issuer"], "note": "", "favorite": number == 0,
            "icon": None, "info": info,
            "groups": ["11111111-0000-4000-8000-000000000000"] if number == 1 else []}


aegis_db = {"version": 3, "entries": [aegis_entry(e, i) for i, e in enumerate(ENTRIES)],
            "groups": [{"uuid": "11111111-0000-4000-8000-000000000000", "name": "money"}]}
aegis_db["entries"].append({**aegis_entry(ENTRIES[0], 5), "type": "motp",
                            "info": {"secret": "AAAQEAYEAUDAOCAJ", "algo": "MD5", "digits": 6,
                                     "period": 10, "pin": "1234"}})
write("aegis.json", {"version": 1, "header": {"slots": None, "params": None}, "db": aegis_db},
      "aegis", ENTRIES, refused=1)
master = some("aegis master", 32)
salt, nonce = some("aegis salt", 32), some("aegis nonce", 12)
wrapping = hashlib.scrypt(password, salt=salt, n=1024, r=8, p=1, dklen=32)
wrapped = gcm(wrapping, some("aegis slot nonce", 12), master)
sealed = gcm(master, nonce, json.dumps(aegis_db).encode())
write("aegis_encrypted.json", {
    "version": 1,
    "header": {"slots": [
        {"type": 2, "uuid": "22222222-0000-4000-8000-000000000000", "key": some("bio", 32).hex(),
         "key_params": {"nonce": some("b", 12).hex(), "tag": some("c", 16).hex()}},
        {"type": 1, "uuid": "33333333-0000-4000-8000-000000000000", "key": wrapped[:-16].hex(),
         "key_params": {"nonce": some("aegis slot nonce", 12).hex(), "tag": wrapped[-16:].hex()},
         "n": 1024, "r": 8, "p": 1, "salt": salt.hex(), "repaired": True}],
        "params": {"nonce": nonce.hex(), "tag": sealed[-16:].hex()}},
    "db": b64(sealed[:-16])}, "aegis", ENTRIES, PASSWORD, refused=1)

# --- andOTP ---
andotp = compact([{
    "secret": e["secret"], "issuer": e["issuer"], "label": e["account"], "digits": e["digits"],
    "type": e["type"].upper(), "algorithm": e["algorithm"], "thumbnail": "Default",
    "last_used": 0, "used_frequency": 0, "tags": ["work"] if e["type"] == "hotp" else [],
    **({"counter": e["counter"]} if e["type"] == "hotp" else {"period": e["period"]})}
    for e in ENTRIES])
write("andotp.json", andotp, "andotp", ENTRIES)
salt, nonce = some("andotp salt", 12), some("andotp nonce", 12)
key = hashlib.pbkdf2_hmac("sha1", password, salt, 1500, 32)
write("andotp_encrypted.bin", struct.pack(">I", 1500) + salt + nonce +
      gcm(key, nonce, andotp.encode()), "andotp-encrypted", ENTRIES, PASSWORD)
write("andotp_encrypted_old.bin", nonce + gcm(hashlib.sha256(password).digest(), nonce,
      andotp.encode()), "andotp-encrypted", ENTRIES, PASSWORD)

# --- 2FAS ---
services = [{
    "name": e["issuer"], "secret": e["secret"], "updatedAt": 0, "groupId": None,
    "otp": {"label": e["account"], "account": e["account"], "issuer": e["issuer"],
            "digits": e["digits"], "algorithm": e["algorithm"], "tokenType": e["type"].upper(),
            "source": "Link",
            **({"counter": e["counter"]} if e["type"] == "hotp" else {"period": e["period"]})},
    "order": {"position": i}} for i, e in enumerate(ENTRIES)]
twofas = {"services": services, "groups": [], "updatedAt": 0, "schemaVersion": 4,
          "appVersionCode": 5000009, "appVersionName": "5.1.0", "appOrigin": "android"}
write("2fas.2fas", twofas, "2fas", ENTRIES)
salt, nonce = some("2fas salt", 256), some("2fas nonce", 12)
key = hashlib.pbkdf2_hmac("sha256", password, salt, 10000, 32)
write("2fas_encrypted.2fas", {
    **twofas, "services": [], "reference": "",
    "servicesEncrypted": ":".join(b64(x) for x in (
        gcm(key, nonce, compact(services).encode()), salt, nonce))}, "2fas", ENTRIES, PASSWORD)

# --- Bitwarden ---
bitwarden = {"encrypted": False, "folders": [{"id": "f1", "name": "Private"}], "items": [
    {"id": "i%d" % i, "folderId": "f1" if i == 0 else None, "type": 1, "name": e["issuer"],
     "notes": None, "favorite": False,
     "login": {"uris": None, "username": e["account"], "password": "hunter2", "totp": totp}}
    for i, (e, totp) in enumerate([
        (ENTRIES[0], ENTRIES[0]["secret"]), (ENTRIES[1], uri(ENTRIES[1])),
        (ENTRIES[2], uri(ENTRIES[2])), (ENTRIES[4], "steam://" + ENTRIES[4]["secret"]),
        (changed(ENTRIES[0], issuer="No code"), None)])] + [
    {"id": "note", "type": 2, "name": "A note", "secureNote": {"type": 0}}]}
bitwarden_entries = [ENTRIES[i] for i in (0, 1, 2, 4)]
write("bitwarden.json", bitwarden, "bitwarden", bitwarden_entries)


def bitwarden_sealed(name, key, params):
    enc = hmac.new(key, b"enc\x01", "sha256").digest()
    mac = hmac.new(key, b"mac\x01", "sha256").digest()

    def seal(what, plain):
        iv = some(name + what, 16)
        text = cbc(enc, iv, plain)
        return "2." + "|".join(b64(x) for x in (
            iv, text, hmac.new(mac, iv + text, "sha256").digest()))
    write(name, {"encrypted": True, "passwordProtected": True, **params,
                 "encKeyValidation_DO_NOT_EDIT": seal("check", b"00000000-0000-4000-8000-000000000000"),
                 "data": seal("data", json.dumps(bitwarden).encode())},
          "bitwarden", bitwarden_entries, PASSWORD)


salt = b64(some("bitwarden salt", 16))
bitwarden_sealed("bitwarden_pbkdf2.json",
                 hashlib.pbkdf2_hmac("sha256", password, salt.encode(), 5000, 32),
                 {"salt": salt, "kdfType": 0, "kdfIterations": 5000})
bitwarden_sealed("bitwarden_argon2id.json",
                 argon2id(password, hashlib.sha256(salt.encode()).digest(), 2, 16 * 1024, 4),
                 {"salt": salt, "kdfType": 1, "kdfIterations": 2, "kdfMemory": 16,
                  "kdfParallelism": 4})

# --- Stratum, once Authenticator Pro (its doc/BACKUP_FORMAT.md) ---
stratum = compact({"Authenticators": [
    {"Type": {"hotp": 1, "totp": 2, "steam": 4}[e["type"]], "Icon": None, "Issuer": e["issuer"],
     "Username": e["account"], "Secret": e["secret"], "Pin": None,
     "Algorithm": ["SHA1", "SHA256", "SHA512"].index(e["algorithm"]),
     "Digits": 6 if e["type"] == "steam" else e["digits"],
     "Period": e["period"] or 30, "Counter": e["counter"] or 0, "Ranking": i}
    for i, e in enumerate(ENTRIES)] + [
    {"Type": 5, "Issuer": "Yandex", "Username": "carol", "Secret": "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAA",
     "Pin": "5239", "Algorithm": 1, "Digits": 8, "Period": 30, "Counter": 0, "Ranking": 9}],
    "Categories": [{"Id": "c1", "Name": "games", "Ranking": 0}],
    "AuthenticatorCategories": [{"CategoryId": "c1", "AuthenticatorSecret": ENTRIES[4]["secret"],
                                 "Ranking": 0}], "CustomIcons": []})
write("stratum.json", stratum, "stratum", ENTRIES, refused=1)
salt, nonce = some("stratum salt", 16), some("stratum nonce", 12)
write("stratum_encrypted.bin", b"AUTHENTICATORPRO" + salt + nonce +
      gcm(argon2id(password, salt, 3, 65536, 4), nonce, stratum.encode()), "stratum", ENTRIES,
      PASSWORD, refused=1)
salt, iv = some("stratum old salt", 20), some("stratum old iv", 16)
write("stratum_legacy.bin", b"AuthenticatorPro" + salt + iv +
      cbc(hashlib.pbkdf2_hmac("sha1", password, salt, 64000, 32), iv, stratum.encode()), "stratum",
      ENTRIES, PASSWORD, refused=1)

# --- Ente Auth (docs/auth/migration/export) ---
salt, header = some("ente salt", 16), some("ente header", 24)
lines = "\n".join(uri(e) for e in ENTRIES)
write("ente_encrypted.txt", {
    "version": 1, "kdfParams": {"memLimit": 16 << 20, "opsLimit": 2, "salt": b64(salt)},
    "encryptedData": b64(secretstream(argon2id(password, salt, 2, 16 << 10, 1), header,
                                      lines.encode())),
    "encryptionNonce": b64(header)}, "ente", ENTRIES, PASSWORD)

# --- Proton Authenticator ---
proton = {"version": 1, "entries": [
    {"id": "p%d" % i, "content": {"uri": uri(e) if e["type"] == "totp" else
                                  "steam://" + e["secret"],
                                  "entry_type": e["type"].capitalize(), "name": e["account"]},
     "note": "kept" if i == 0 else None}
    for i, e in enumerate(ENTRIES) if e["type"] != "hotp"]}
proton_entries = [e for e in ENTRIES if e["type"] != "hotp"]
write("proton.json", proton, "proton", proton_entries)
salt, nonce = some("proton salt", 16), some("proton nonce", 12)
write("proton_encrypted.json", {
    "version": 1, "salt": b64(salt),
    "content": b64(nonce + gcm(argon2id(password, salt, 2, 19 * 1024, 1), nonce,
                               json.dumps(proton).encode(), b"proton.authenticator.export.v1"))},
      "proton", proton_entries, PASSWORD)

# --- LastPass Authenticator ---
write("lastpass.json", {
    "deviceId": "", "deviceSecret": "", "localDeviceId": "d", "deviceName": "Phone", "version": 3,
    "accounts": [{"accountID": "a%d" % i, "issuerName": e["issuer"],
                  "originalIssuerName": e["issuer"], "userName": e["account"],
                  "originalUserName": e["account"], "pushNotification": False,
                  "secret": e["secret"], "timeStep": e["period"], "digits": e["digits"],
                  "creationTimestamp": 0, "isFavorite": False, "algorithm": e["algorithm"],
                  "folderData": {"folderId": 1 if i == 0 else 0, "position": i}}
                 for i, e in enumerate(totps)],
    "folders": [{"id": 1, "name": "Private", "isOpened": True}]}, "lastpass", totps)

# --- Duo Mobile for Android ---
write("duo.json", [{"version": 1.0, "accountType": "OtpAccount", "name": ENTRIES[0]["account"],
                    "otpGenerator": {"otpSecret": ENTRIES[0]["secret"]}, "pkey": "1"},
                   {"version": 1.0, "accountType": "OtpAccount", "name": ENTRIES[3]["account"],
                    "otpGenerator": {"otpSecret": ENTRIES[3]["secret"], "counter": 7}, "pkey": "2"},
                   {"version": 1.0, "accountType": "DuoAccount", "name": "Work", "pkey": "3"}],
      "duo", [changed(ENTRIES[0], issuer=""), changed(ENTRIES[3], issuer="")], refused=1)

# --- Steam ---
steam = {"account_name": "player.one", "shared_secret": b64(raw(ENTRIES[4])),
         "serial_number": "1", "revocation_code": "R12345", "identity_secret": b64(some("i", 20)),
         "server_time": 0, "token_gid": "0", "secret_1": b64(some("s", 20)), "status": 1}
write("steam.maFile", compact(steam), "steam", [ENTRIES[4]])
write("steamguard.json", {"accounts": {"76500000000000000": steam}}, "steam", [ENTRIES[4]])

# --- Steam Desktop Authenticator's folder, encrypted; the second account as steamguard-cli has it ---
steam_accounts = [steam, {**steam, "account_name": "player.two",
                          "shared_secret": b64(some("steam two", 20))}]
steam_two = {**ENTRIES[4], "account": "player.two",
             "secret": base64.b32encode(some("steam two", 20)).decode().rstrip("=")}
salts, nonces = [some("sda salt", 8), some("sgc salt", 16)], [some("sda iv", 16), some("sgc iv", 16)]
keys = [hashlib.pbkdf2_hmac("sha1", password, salts[0], 50000, 32),
        argon2id(password, salts[1], 3, 12 * 1024, 12)]
steam_manifest = {"encrypted": True, "first_run": True, "entries": [
    {"encryption_iv": b64(nonces[0]), "encryption_salt": b64(salts[0]),
     "filename": "76500000000000000.maFile", "steamid": 76500000000000000},
    {"filename": "player.two.maFile", "steam_id": 76500000000000001, "account_name": "player.two",
     "encryption": {"scheme": "Argon2idAes256", "iv": b64(nonces[1]), "salt": b64(salts[1])}}]}
write("steam_folder.txt", "\n".join(
    ["countersign steam 1"] +
    ["file %s\ndata %s" % (m["filename"], b64(cbc(key, nonce, compact(a).encode())))
     for m, key, nonce, a in zip(steam_manifest["entries"], keys, nonces, steam_accounts)] +
    ["file manifest.json\ndata " + compact(steam_manifest)]) + "\n", "steam-folder",
      [ENTRIES[4], steam_two], PASSWORD)

# --- Authy: Android's preferences, one token unlocked and one not, and its own; what its servers give ---
authy_entries = [changed(ENTRIES[0], digits=7), changed(ENTRIES[1], algorithm="SHA1", period=30)]
authy_bob = changed(ENTRIES[3], account="bob", type="totp", period=30, counter=None)
own_entry = changed(ENTRIES[2], algorithm="SHA1", digits=7, period=10, account="")
salts = ["VLQ3T0RX0lnlQwHJ", "5XyjvIzWZ8DnhVSv"]


def authy_sealed(e, salt, iterations, iv):
    key = hashlib.pbkdf2_hmac("sha1", password, salt.encode(), iterations, 32)
    return b64(cbc(key, iv, e["secret"].encode()))


authy_lists = [
    [{"accountType": "authenticator", "decryptedSecret": authy_entries[0]["secret"], "digits": 7,
      "encryptedSecret": "AAAA", "salt": "x", "originalName": "Example:alice@example.test",
      "timestamp": 0, "id": "1", "isNew": False, "name": "Example: alice@example.test"},
     {"accountType": "authenticator", "digits": 8, "originalIssuer": "Sample Bank",
      "originalName": "alice", "name": "Sample Bank: alice", "salt": salts[0],
      "encryptedSecret": authy_sealed(authy_entries[1], salts[0], 1000, bytes(16))},
     {"accountType": "authenticator", "digits": 6, "originalIssuer": "Example",
      "originalName": "bob", "name": "Example: bob", "salt": salts[1],
      "encryptedSecret": authy_sealed(authy_bob, salts[1], 100000, bytes(16))}],
    [{"accountType": "authy", "secretSeed": raw(own_entry).hex(), "digits": 7, "appId": "1",
      "name": own_entry["issuer"]}]]
write("authy_locked.xml", "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n" + "".join(
    '    <string name="com.authy.storage.tokens.%s.key">%s</string>\n' %
    (name, compact(tokens).replace("&", "&amp;").replace('"', "&quot;"))
    for name, tokens in zip(("authenticator", "authy"), authy_lists)) + "</map>\n", "authy",
      authy_entries + [authy_bob, own_entry], PASSWORD)
unique_iv = some("authy iv", 16)
write("authy_tokens.json", {"message": "success", "authenticator_tokens": [
    {"account_type": "authenticator", "digits": e["digits"], "issuer": e["issuer"], "logo": "x",
     "name": "%s: %s" % (e["issuer"], e["account"]), "original_name": e["account"],
     "password_timestamp": 0, "key_derivation_iterations": 2000, "salt": salt, "unique_id": str(i),
     "unique_iv": iv.hex() if iv else None,
     "encrypted_seed": authy_sealed(e, salt, 2000, iv or bytes(16))}
    for i, (e, salt, iv) in enumerate(zip(authy_entries, salts, (unique_iv, None)))],
    "deleted": [], "success": True}, "authy-json", authy_entries, PASSWORD)

# --- Proton Pass ---
write("proton_pass.json", {"version": "1.31.0", "userId": "u", "encrypted": False, "vaults": {
    "v1": {"name": "Personal", "description": "", "display": {}, "items": [
        {"itemId": "i%d" % i, "shareId": "s", "aliasEmail": None, "state": 1, "data": {
            "metadata": {"name": e["issuer"], "note": "", "itemUuid": "%08x" % i},
            "extraFields": [{"fieldName": "second", "type": "totp", "data": {"totpUri": extra}}]
            if extra else [], "type": "login",
            "content": {"itemEmail": e["account"], "itemUsername": "", "password": "hunter2",
                        "urls": [], "totpUri": totp, "passkeys": []}}}
        for i, (e, totp, extra) in enumerate([
            (ENTRIES[0], ENTRIES[0]["secret"], None), (ENTRIES[1], uri(ENTRIES[1]), None),
            (changed(ENTRIES[2], issuer="Else"), "", uri(ENTRIES[2])),
            (changed(ENTRIES[0], issuer="No code"), "", None)])]}}}, "proton-pass", ENTRIES[:3])

# --- TOTP Authenticator (BinaryBoot) ---
listed = json.dumps([{"base": base, "digits": str(e["digits"]), "issuer": e["issuer"],
                      "key": key, "name": e["account"], "period": str(e["period"])}
                     for base, key, e in [
                         (16, raw(ENTRIES[0]).hex().upper(), ENTRIES[0]),
                         (32, ENTRIES[1]["secret"], ENTRIES[1]),
                         (64, b64(raw(ENTRIES[2])), ENTRIES[2])]])
totp_entries = [changed(e, algorithm="SHA1") for e in ENTRIES[:3]]
for name, word, said in (("totp_authenticator.bin", PASSWORD, PASSWORD),
                         ("totp_authenticator_open.bin", "TotpAuthenticator", None)):
    write(name, b64(cbc(hashlib.sha256(word.encode()).digest(), bytes(16),
                        compact({listed: ""}).encode())), "totp-authenticator", totp_entries, said)


# --- FreeOTP+ and FreeOTP 2 ---
def signed(data):
    return [b - 256 if b > 127 else b for b in data]


def token(e, counter):
    return {"algo": e["algorithm"], "counter": counter, "digits": e["digits"],
            "issuerExt": e["issuer"], "issuerInt": e["issuer"], "label": e["account"],
            "period": e["period"] or 30, "type": "HOTP" if e["type"] == "hotp" else "TOTP"}


write("freeotp_plus.json", {
    "tokenOrder": ["%s:%s" % (e["issuer"], e["account"]) for e in ENTRIES],
    "tokens": [{**token(e, (e["counter"] or 1) - 1), "secret": signed(raw(e))} for e in ENTRIES]},
      "freeotp+", ENTRIES)


def freeotp_key(master, name, word, data):
    nonce = some(name, 12)
    params = b"\x30\x11\x04\x0c" + nonce + b"\x02\x01\x10"
    return {"mCipher": "AES/GCM/NoPadding",
            "mCipherText": signed(gcm(master, nonce, data, word.encode())),
            "mParameters": signed(params), "mToken": word}


def java_map(pairs):
    def text(s):
        data = b"".join(c.encode() if ord(c) < 0x10000 else
                        b"".join(chr(u).encode("utf-8", "surrogatepass") for u in
                                 struct.unpack(">HH", c.encode("utf-16-be"))) for c in s)
        return b"t" + struct.pack(">H", len(data)) + data
    name = b"java.util.HashMap"
    out = (b"\xac\xed\x00\x05sr" + struct.pack(">H", len(name)) + name +
           bytes.fromhex("0507dac1c31660d1") + b"\x03\x00\x02F\x00\x0aloadFactorI\x00\x09threshold"
           b"xp" + struct.pack(">fi", 0.75, 24) + b"w\x08" + struct.pack(">ii", 32, len(pairs)))
    for key, value in pairs:
        out += text(key) + text(value)
    return out + b"x"


master, salt = some("freeotp master", 32), some("freeotp salt", 32)
derived = hashlib.pbkdf2_hmac("sha512", password, salt, 2000, 32)
pairs = [("masterKey", compact({
    "mAlgorithm": "PBKDF2withHmacSHA512",
    "mEncryptedKey": freeotp_key(derived, "m", "AES", master), "mIterations": 2000,
    "mSalt": signed(salt)}))]
for i, e in enumerate(ENTRIES):
    name = "%d%s" % (i, e["account"])
    pairs += [(name + "-token", compact(token(e, e["counter"] or 0))),
              (name, compact({"key": compact(freeotp_key(master, name, "HmacSHA1", raw(e)))}))]
pairs += [("9lone", compact({"key": compact(freeotp_key(master, "9", "HmacSHA1", b"lone"))})),
          ("tokenOrder", compact(["0alice"]))]
write("freeotp2.xml", java_map(pairs), "freeotp2", ENTRIES, PASSWORD, refused=1)

# --- 2FAuth ---
write("2fauth.json", {"app": "2fauth_v5.4.3", "schema": 1, "datetime": "2026-11-22T09:00:00.000000Z",
                      "data": [{"otp_type": "steamtotp" if e["type"] == "steam" else e["type"],
                                "account": e["account"], "service": e["issuer"], "icon": None,
                                "icon_mime": None, "icon_file": None, "secret": e["secret"],
                                "digits": e["digits"], "algorithm": e["algorithm"].lower(),
                                "period": e["period"], "counter": e["counter"],
                                "legacy_uri": ""} for e in ENTRIES]}, "2fauth", ENTRIES)

with open(os.path.join(HERE, "manifest.json"), "w") as f:
    json.dump(manifest, f, indent=1, ensure_ascii=False)
    f.write("\n")
