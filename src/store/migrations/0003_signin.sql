-- People who reach applications, what they prove themselves with, and what they are signed in to.

-- email_key is the whole address in lower case. At most one user of an account holds an address
-- that was proved; a provider that merely claims an address makes a user of its own.
CREATE TABLE access_user (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	email TEXT NOT NULL,
	email_key TEXT NOT NULL,
	email_is_proved {INT} NOT NULL CHECK (email_is_proved IN (0, 1)),
	name TEXT NOT NULL,
	status {INT} NOT NULL,
	created {INT} NOT NULL,
	last_sign_in {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};
CREATE UNIQUE INDEX access_user_proved ON access_user (account_id, email_key)
	WHERE email_is_proved = 1;
CREATE INDEX access_user_email ON access_user (account_id, email_key);

CREATE TABLE user_identity (
	account_id {BLOB} NOT NULL,
	provider_id {BLOB} NOT NULL,
	sub TEXT NOT NULL,
	user_id {BLOB} NOT NULL,
	created {INT} NOT NULL,
	PRIMARY KEY (account_id, provider_id, sub),
	FOREIGN KEY (account_id, user_id) REFERENCES access_user (account_id, id) ON DELETE CASCADE
) {CLUSTERED};
CREATE INDEX user_identity_user ON user_identity (account_id, user_id);

-- A browser from which this subject signed in completely. subject_id is a user's or a member's.
CREATE TABLE known_device (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	subject_id {BLOB} NOT NULL,
	device_id {BLOB} NOT NULL,
	first_seen {INT} NOT NULL,
	last_seen {INT} NOT NULL,
	PRIMARY KEY (account_id, subject_id, device_id)
) {CLUSTERED};

-- single is the factor's name where a subject may have one of its kind, else NULL. pending_session
-- is the global session that began the enrolment: nobody else may see or confirm its secret.
CREATE TABLE authenticator (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	subject_id {BLOB} NOT NULL,
	factor TEXT NOT NULL,
	single TEXT,
	name TEXT NOT NULL,
	state {INT} NOT NULL CHECK (state IN (0, 1)),
	pending_session {BLOB},
	sealed {BLOB} NOT NULL,
	params TEXT NOT NULL,
	replay {BLOB} NOT NULL,
	version {INT} NOT NULL,
	created {INT} NOT NULL,
	last_used {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, subject_id, single),
	CHECK ((state = 0) = (pending_session IS NOT NULL))
) {STRICT};
CREATE INDEX authenticator_subject ON authenticator (account_id, subject_id);

-- A browser signed in on the auth host.
CREATE TABLE global_session (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	device_id {BLOB} NOT NULL,
	user_id {BLOB} NOT NULL,
	email TEXT NOT NULL,
	name TEXT NOT NULL,
	provider_id {BLOB} NOT NULL,
	amr TEXT NOT NULL,
	auth_time {INT} NOT NULL,
	signed_in {INT} NOT NULL,
	fields TEXT NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	user_agent TEXT NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, user_id) REFERENCES access_user (account_id, id) ON DELETE CASCADE
) {STRICT};
CREATE INDEX global_session_user ON global_session (account_id, user_id);
CREATE INDEX global_session_expires ON global_session (expires);

-- A browser signed in to one application, on one host. Outlives its global session's expiry, not
-- its end.
CREATE TABLE app_session (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	application_id {BLOB} NOT NULL,
	host TEXT NOT NULL,
	global_session_id {BLOB} NOT NULL,
	user_id {BLOB} NOT NULL,
	email TEXT NOT NULL,
	name TEXT NOT NULL,
	provider_id {BLOB} NOT NULL,
	amr TEXT NOT NULL,
	auth_time {INT} NOT NULL,
	signed_in {INT} NOT NULL,
	fields TEXT NOT NULL,
	nonce TEXT NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	proof_method {INT} NOT NULL,
	proof_at {INT} NOT NULL,
	proof_is_own {INT} NOT NULL CHECK (proof_is_own IN (0, 1)),
	authenticator_id {BLOB},
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, user_id) REFERENCES access_user (account_id, id) ON DELETE CASCADE
) {STRICT};
CREATE INDEX app_session_user ON app_session (account_id, user_id);
CREATE INDEX app_session_global ON app_session (account_id, global_session_id);
CREATE INDEX app_session_application ON app_session (account_id, application_id);
CREATE INDEX app_session_authenticator ON app_session (account_id, authenticator_id)
	WHERE authenticator_id IS NOT NULL;
CREATE INDEX app_session_expires ON app_session (expires);

-- meta: the sealed sign-in that asked; context: its digest, for answers that count once only.
CREATE TABLE challenge (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	subject_id {BLOB} NOT NULL,
	session_id {BLOB} NOT NULL,
	device_id {BLOB} NOT NULL,
	purpose {INT} NOT NULL,
	context {BLOB} NOT NULL,
	meta TEXT NOT NULL,
	is_own {INT} NOT NULL CHECK (is_own IN (0, 1)),
	methods {INT} NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	answered {INT},
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, session_id) REFERENCES global_session (account_id, id)
		ON DELETE CASCADE
) {STRICT};
CREATE INDEX challenge_session ON challenge (account_id, session_id);
CREATE INDEX challenge_expires ON challenge (expires);

-- is_own: counts for the one application session that it opens (session_id, once it is open).
CREATE TABLE proof (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	subject_id {BLOB} NOT NULL,
	device_id {BLOB} NOT NULL,
	authenticator_id {BLOB} NOT NULL,
	method {INT} NOT NULL,
	at {INT} NOT NULL,
	is_own {INT} NOT NULL CHECK (is_own IN (0, 1)),
	context {BLOB} NOT NULL,
	session_id {BLOB},
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, authenticator_id) REFERENCES authenticator (account_id, id)
		ON DELETE CASCADE
) {STRICT};
CREATE INDEX proof_subject ON proof (account_id, subject_id, device_id, at);
CREATE INDEX proof_authenticator ON proof (account_id, authenticator_id);
CREATE INDEX proof_at ON proof (at);

-- One open PIN in each browser (flow). state: 0 open, 1 used, 2 void. mac is what the PIN is judged
-- by; for an address that no policy admits it is one that no PIN fits.
CREATE TABLE pin (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	flow_hash {BLOB} NOT NULL CHECK (length(flow_hash) = 32),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	provider_id {BLOB} NOT NULL,
	email TEXT NOT NULL,
	mac {BLOB} NOT NULL,
	state {INT} NOT NULL CHECK (state IN (0, 1, 2)),
	tries {INT} NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (account_id, flow_hash)
) {CLUSTERED};
CREATE INDEX pin_expires ON pin (expires);

CREATE TABLE oidc_flow (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	state_hash {BLOB} NOT NULL UNIQUE CHECK (length(state_hash) = 32),
	flow_hash {BLOB} NOT NULL CHECK (length(flow_hash) = 32),
	provider_id {BLOB} NOT NULL,
	nonce TEXT NOT NULL,
	sealed {BLOB} NOT NULL,
	redirect_uri TEXT NOT NULL,
	meta TEXT NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	used {INT},
	PRIMARY KEY (account_id, id)
) {STRICT};
CREATE INDEX oidc_flow_expires ON oidc_flow (expires);

-- From the auth host to an application's host, once, within a minute.
CREATE TABLE handover (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	code_hash {BLOB} NOT NULL UNIQUE CHECK (length(code_hash) = 32),
	application_id {BLOB} NOT NULL,
	host TEXT NOT NULL,
	session_id {BLOB} NOT NULL,
	nonce_hash {BLOB} NOT NULL CHECK (length(nonce_hash) = 32),
	return_path TEXT NOT NULL,
	proof_id {BLOB},
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	used {INT},
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, session_id) REFERENCES global_session (account_id, id)
		ON DELETE CASCADE
) {STRICT};
CREATE INDEX handover_session ON handover (account_id, session_id);
CREATE INDEX handover_expires ON handover (expires);
