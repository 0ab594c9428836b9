-- People who change their own devices, and what stops somebody else from doing it.

-- Ten minutes in which one browser's session may change devices. It goes with its session and with
-- the authenticator that opened it.
CREATE TABLE manage_window (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	session_id {BLOB} NOT NULL,
	device_id {BLOB} NOT NULL,
	subject_id {BLOB} NOT NULL,
	authenticator_id {BLOB} NOT NULL,
	purpose {INT} NOT NULL,
	opened {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, session_id, purpose),
	FOREIGN KEY (account_id, session_id) REFERENCES global_session (account_id, id)
		ON DELETE CASCADE,
	FOREIGN KEY (account_id, authenticator_id) REFERENCES authenticator (account_id, id)
		ON DELETE CASCADE
) {STRICT};
CREATE INDEX manage_window_authenticator ON manage_window (account_id, authenticator_id);
CREATE INDEX manage_window_expires ON manage_window (expires);

-- What a person was told by mail, with the link that says "this was not me".
CREATE TABLE notice (
	account_id {BLOB} NOT NULL,
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	subject_id {BLOB} NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	used {INT},
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, subject_id) REFERENCES access_user (account_id, id)
		ON DELETE CASCADE
) {STRICT};
CREATE INDEX notice_subject ON notice (account_id, subject_id);
CREATE INDEX notice_expires ON notice (expires);

-- Since when this person's devices may not be changed by themselves; 0: they may.
ALTER TABLE access_user ADD COLUMN frozen {INT} NOT NULL DEFAULT 0;
