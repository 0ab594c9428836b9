-- Who came to which application, and what identity providers really say.

-- user_id NULL: nobody known. provider_id: the identity provider, where there is one. is_identity 0: a programme. reason: why not, as docs/protocol names it.
CREATE TABLE auth_log (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	at {INT} NOT NULL,
	user_id {BLOB},
	email TEXT NOT NULL,
	email_key TEXT NOT NULL,
	address TEXT NOT NULL,
	country TEXT NOT NULL,
	application_id {BLOB},
	app_name TEXT NOT NULL,
	app_domain TEXT NOT NULL,
	action TEXT NOT NULL,
	connection TEXT NOT NULL,
	provider_id {BLOB},
	is_allowed {INT} NOT NULL CHECK (is_allowed IN (0, 1)),
	is_identity {INT} NOT NULL CHECK (is_identity IN (0, 1)),
	reason TEXT NOT NULL,
	method {INT} NOT NULL,
	ray TEXT NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};
CREATE INDEX auth_log_at ON auth_log (account_id, at, id);
CREATE INDEX auth_log_user ON auth_log (account_id, user_id, at, id);
CREATE INDEX auth_log_sweep ON auth_log (at);
CREATE INDEX auth_log_email ON auth_log (account_id, email_key, at, id);

-- Values of a claim (amr, acr) that a provider has sent, for those who map them.
CREATE TABLE provider_value (
	account_id {BLOB} NOT NULL,
	provider_id {BLOB} NOT NULL,
	claim TEXT NOT NULL,
	content TEXT NOT NULL,
	first_seen {INT} NOT NULL,
	last_seen {INT} NOT NULL,
	PRIMARY KEY (account_id, provider_id, claim, content),
	FOREIGN KEY (account_id, provider_id) REFERENCES identity_provider (account_id, id)
		ON DELETE CASCADE
) {CLUSTERED};

-- proof_source: enum cs_proof_source.
ALTER TABLE app_session ADD COLUMN proof_source {INT} NOT NULL DEFAULT 0;
ALTER TABLE handover ADD COLUMN amr_method {INT} NOT NULL DEFAULT 0;
ALTER TABLE handover ADD COLUMN amr_at {INT} NOT NULL DEFAULT 0;

-- Who signed in last as what: kept when the sessions are gone. JSON.
ALTER TABLE access_user ADD COLUMN last_identity TEXT NOT NULL DEFAULT '';
