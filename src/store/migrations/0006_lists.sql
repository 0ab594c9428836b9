-- Lists that rules and settings refer to, and programmes that come with a token of their own.

-- body: description and what else was written with it.
CREATE TABLE list (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	type TEXT NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	created {INT} NOT NULL,
	updated {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};

CREATE TABLE list_item (
	account_id {BLOB} NOT NULL,
	list_id {BLOB} NOT NULL,
	content TEXT NOT NULL,
	description TEXT NOT NULL,
	ord {INT} NOT NULL,
	created {INT} NOT NULL,
	PRIMARY KEY (account_id, list_id, content),
	FOREIGN KEY (account_id, list_id) REFERENCES list (account_id, id) ON DELETE CASCADE
) {CLUSTERED};
CREATE INDEX list_item_ord ON list_item (account_id, list_id, ord, content);

-- client_id without its suffix. previous_*: the secret before the last rotation, while it lasts.
-- expires 0: never. is_enabled 0 stops both secrets.
CREATE TABLE service_token (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	name TEXT NOT NULL,
	client_id TEXT NOT NULL UNIQUE,
	secret_hash {BLOB} NOT NULL CHECK (length(secret_hash) = 32),
	secret_version {INT} NOT NULL,
	previous_hash {BLOB} CHECK (length(previous_hash) = 32),
	previous_expires {INT} NOT NULL,
	duration TEXT NOT NULL,
	is_enabled {INT} NOT NULL CHECK (is_enabled IN (0, 1)),
	expires {INT} NOT NULL,
	last_seen {INT} NOT NULL,
	created {INT} NOT NULL,
	updated {INT} NOT NULL,
	PRIMARY KEY (account_id, id)
) {STRICT};
