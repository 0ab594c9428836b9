-- What every other table stands on: tenants, what nodes tell each other, outbox, audit, limits.

CREATE TABLE account (
	id {BLOB} PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	name TEXT NOT NULL,
	auth_host TEXT UNIQUE CHECK (auth_host <> ''),
	created {INT} NOT NULL
) {STRICT};

-- The reserved server realm: members, their sessions and authenticators belong to it.
INSERT INTO account (id, name, auth_host, created) VALUES ({ID_ZERO}, 'server', NULL, 0);

CREATE TABLE setting (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	name TEXT NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (account_id, name)
) {CLUSTERED};

-- One row: whoever adds a change holds it until the commit, so that no reader ever sees a number
-- before all lower ones.
CREATE TABLE change_counter (
	id {INT} PRIMARY KEY NOT NULL CHECK (id = 1),
	seq {INT} NOT NULL,
	forgotten {INT} NOT NULL
) {STRICT};
INSERT INTO change_counter (id, seq, forgotten) VALUES (1, 0, 0);

CREATE TABLE change_sequence (
	seq {INT} PRIMARY KEY NOT NULL,
	account_id {BLOB} NOT NULL,
	kind {INT} NOT NULL,
	object_id {BLOB} NOT NULL,
	at {INT} NOT NULL
) {STRICT};
CREATE INDEX change_sequence_at ON change_sequence (at);

CREATE TABLE lease (
	name TEXT PRIMARY KEY NOT NULL,
	holder {BLOB} NOT NULL,
	held_until {INT} NOT NULL
) {CLUSTERED};

-- state: 0 waiting, 1 delivered, 2 given up, 3 ran out. The payload exists exactly while waiting.
CREATE TABLE outbox (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	channel {INT} NOT NULL,
	state {INT} NOT NULL CHECK (state BETWEEN 0 AND 3),
	sealed {BLOB},
	created {INT} NOT NULL,
	valid_until {INT} NOT NULL,
	next_try {INT} NOT NULL,
	attempts {INT} NOT NULL,
	lease_holder {BLOB},
	lease_until {INT} NOT NULL,
	ended {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	CHECK ((state = 0) = (sealed IS NOT NULL))
) {CLUSTERED};
CREATE INDEX outbox_due ON outbox (next_try, id) WHERE state = 0;
CREATE INDEX outbox_ended ON outbox (ended) WHERE state <> 0;

-- Personal columns and the salt may be forgotten; personal_digest keeps the chain whole.
CREATE TABLE audit_event (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	at {INT} NOT NULL,
	ord {INT} NOT NULL,
	kind TEXT NOT NULL,
	actor_id {BLOB},
	subject_id {BLOB},
	address TEXT,
	user_agent TEXT,
	details TEXT,
	salt {BLOB} CHECK (length(salt) = 16),
	personal_digest {BLOB} NOT NULL CHECK (length(personal_digest) = 32),
	seq {INT},
	link {BLOB} CHECK (length(link) = 32),
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, seq),
	CHECK ((seq IS NULL) = (link IS NULL))
) {STRICT};
CREATE INDEX audit_event_at ON audit_event (account_id, at, id);
CREATE INDEX audit_event_unsealed ON audit_event (account_id, at, ord, id) WHERE seq IS NULL;

CREATE TABLE audit_head (
	account_id {BLOB} PRIMARY KEY NOT NULL REFERENCES account (id),
	seq {INT} NOT NULL,
	link {BLOB} NOT NULL CHECK (length(link) = 32)
) {CLUSTERED};

-- rate_key is a digest that covers what is limited, whose it is and the account.
CREATE TABLE rate (
	rate_key {BLOB} PRIMARY KEY NOT NULL CHECK (length(rate_key) = 32),
	log TEXT NOT NULL,
	expires {INT} NOT NULL
) {CLUSTERED};
CREATE INDEX rate_expires ON rate (expires);

CREATE TABLE signing_key (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	kid TEXT NOT NULL,
	sealed {BLOB} NOT NULL,
	public_jwk TEXT NOT NULL,
	certificate TEXT NOT NULL,
	created {INT} NOT NULL,
	active_from {INT} NOT NULL,
	retire_at {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, kid)
) {STRICT};
