-- What guards applications, who may change it, and by which token.

-- The auth host as browsers see it: scheme, host and port. Empty only for a realm without a host.
ALTER TABLE account ADD COLUMN auth_origin TEXT NOT NULL DEFAULT '';

-- body is the object's JSON as it was written, without what other columns and tables hold.
CREATE TABLE organization (
	account_id {BLOB} PRIMARY KEY NOT NULL REFERENCES account (id),
	body TEXT NOT NULL,
	created {INT} NOT NULL,
	updated {INT} NOT NULL
) {STRICT};

CREATE TABLE identity_provider (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	type TEXT NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	sealed {BLOB},
	created {INT} NOT NULL,
	updated {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};
CREATE UNIQUE INDEX identity_provider_onetimepin ON identity_provider (account_id)
	WHERE type = 'onetimepin';

CREATE TABLE application (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	aud {BLOB} NOT NULL UNIQUE CHECK (length(aud) = 32),
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	created {INT} NOT NULL,
	updated {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};

-- What an application guards. is_pattern: the host holds a '*'.
CREATE TABLE application_place (
	account_id {BLOB} NOT NULL,
	application_id {BLOB} NOT NULL,
	host TEXT NOT NULL,
	path TEXT NOT NULL,
	is_pattern {INT} NOT NULL CHECK (is_pattern IN (0, 1)),
	PRIMARY KEY (account_id, host, path),
	FOREIGN KEY (account_id, application_id) REFERENCES application (account_id, id)
		ON DELETE CASCADE
) {CLUSTERED};
CREATE INDEX application_place_application ON application_place (account_id, application_id);
CREATE INDEX application_place_host ON application_place (host);
CREATE INDEX application_place_pattern ON application_place (account_id) WHERE is_pattern = 1;

-- application_id: the one application that it was made for; NULL for a reusable one.
CREATE TABLE policy (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	application_id {BLOB},
	name TEXT NOT NULL,
	decision TEXT NOT NULL,
	body TEXT NOT NULL,
	created {INT} NOT NULL,
	updated {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, application_id) REFERENCES application (account_id, id)
		ON DELETE CASCADE
) {STRICT};
CREATE INDEX policy_application ON policy (account_id, application_id);

CREATE TABLE application_policy (
	account_id {BLOB} NOT NULL,
	application_id {BLOB} NOT NULL,
	policy_id {BLOB} NOT NULL,
	precedence {INT} NOT NULL,
	PRIMARY KEY (account_id, application_id, policy_id),
	FOREIGN KEY (account_id, application_id) REFERENCES application (account_id, id)
		ON DELETE CASCADE,
	FOREIGN KEY (account_id, policy_id) REFERENCES policy (account_id, id)
) {CLUSTERED};
CREATE INDEX application_policy_policy ON application_policy (account_id, policy_id);

CREATE TABLE rule_group (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	created {INT} NOT NULL,
	updated {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};

-- A member's sign-in is the server realm's; what they may do lies with each account.
-- status: 0 invited (no password yet), 1 active, 2 disabled.
CREATE TABLE member (
	account_id {BLOB} NOT NULL REFERENCES account (id) CHECK (account_id = {ID_ZERO}),
	id {BLOB} NOT NULL UNIQUE,
	email TEXT NOT NULL,
	email_key TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	password_hash TEXT,
	status {INT} NOT NULL CHECK (status BETWEEN 0 AND 2),
	created {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};

-- id is the member's. Roles: 1 owner, 2 administrator, 3 user manager, 4 help desk, 5 read-only.
CREATE TABLE membership (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL REFERENCES member (id),
	role {INT} NOT NULL CHECK (role BETWEEN 1 AND 5),
	created {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};
CREATE INDEX membership_member ON membership (id);

CREATE TABLE member_session (
	account_id {BLOB} NOT NULL CHECK (account_id = {ID_ZERO}),
	id {BLOB} NOT NULL,
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	member_id {BLOB} NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, member_id) REFERENCES member (account_id, id) ON DELETE CASCADE
) {STRICT};
CREATE INDEX member_session_member ON member_session (account_id, member_id);
CREATE INDEX member_session_expires ON member_session (expires);

-- state: 0 open, 1 redeemed, 2 withdrawn.
CREATE TABLE invitation (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL,
	email TEXT NOT NULL,
	role {INT} NOT NULL CHECK (role BETWEEN 1 AND 5),
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	state {INT} NOT NULL CHECK (state BETWEEN 0 AND 2),
	tries {INT} NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};

-- permissions: bits of domain/config/permissions.def. It ends with its creator's membership.
CREATE TABLE api_token (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL,
	name TEXT NOT NULL,
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	creator_id {BLOB} NOT NULL,
	permissions {INT} NOT NULL,
	is_disabled {INT} NOT NULL CHECK (is_disabled IN (0, 1)),
	issued {INT} NOT NULL,
	last_used {INT} NOT NULL,
	not_before {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, creator_id) REFERENCES membership (account_id, id)
		ON DELETE CASCADE
) {STRICT};
CREATE INDEX api_token_creator ON api_token (account_id, creator_id);
