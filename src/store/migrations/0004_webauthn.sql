-- Security keys and built-in authenticators, and what vouches for them.

-- method: what a proof made with it counts as (enum cs_mfa_method). credential_id, aaguid,
-- attestation (the attestation object as it came) and client_hash (SHA-256 of the client data): of
-- WebAuthn only. evidence: enum cs_evidence. backup: 1 eligible, 2 backed up.
ALTER TABLE authenticator ADD COLUMN method {INT} NOT NULL DEFAULT 1;
ALTER TABLE authenticator ADD COLUMN credential_id {BLOB}
	CHECK (length(credential_id) BETWEEN 1 AND 1023);
ALTER TABLE authenticator ADD COLUMN aaguid {BLOB} CHECK (length(aaguid) = 16);
ALTER TABLE authenticator ADD COLUMN format TEXT NOT NULL DEFAULT '';
ALTER TABLE authenticator ADD COLUMN evidence {INT} NOT NULL DEFAULT 0;
ALTER TABLE authenticator ADD COLUMN backup {INT} NOT NULL DEFAULT 0;
ALTER TABLE authenticator ADD COLUMN attestation {BLOB};
ALTER TABLE authenticator ADD COLUMN client_hash {BLOB} CHECK (length(client_hash) = 32);
CREATE UNIQUE INDEX authenticator_credential ON authenticator (account_id, credential_id)
	WHERE credential_id IS NOT NULL;
CREATE INDEX authenticator_aaguid ON authenticator (account_id, aaguid) WHERE aaguid IS NOT NULL;

-- nonce: what the answer must cover, for factors that sign.
ALTER TABLE challenge ADD COLUMN nonce {BLOB} CHECK (length(nonce) = 32);

-- A root that attestation chains of this account may end in.
CREATE TABLE attestation_root (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	name TEXT NOT NULL,
	certificate {BLOB} NOT NULL,
	fingerprint {BLOB} NOT NULL CHECK (length(fingerprint) = 32),
	created {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, fingerprint)
) {STRICT};

-- The FIDO metadata that was imported last: of the server realm, for all accounts.
CREATE TABLE mds_blob (
	account_id {BLOB} PRIMARY KEY NOT NULL REFERENCES account (id) CHECK (account_id = {ID_ZERO}),
	no {INT} NOT NULL,
	next_update TEXT NOT NULL,
	imported {INT} NOT NULL
) {STRICT};

-- entry_key: an AAGUID as 32 hex digits, or the SHA-1 of an attestation key as 40.
CREATE TABLE mds_entry (
	account_id {BLOB} NOT NULL CHECK (account_id = {ID_ZERO}),
	entry_key TEXT NOT NULL,
	description TEXT NOT NULL,
	status TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (account_id, entry_key)
) {CLUSTERED};
