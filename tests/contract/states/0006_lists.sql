-- Rows in every table of this migration.

INSERT INTO list (account_id, id, type, name, body, created, updated) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('list-10000000000' AS {BLOB}), 'EMAIL', 'People', 'body', 1, 1);
INSERT INTO list_item (account_id, list_id, content, description, ord, created) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('list-10000000000' AS {BLOB}), 'a@one.test', '', 1, 1);
INSERT INTO service_token (account_id, id, name, client_id, secret_hash, secret_version, previous_hash, previous_expires, duration, is_enabled, expires, last_seen, created, updated) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('token-1000000000' AS {BLOB}), 'Robot', '00112233445566778899aabbccddeeff', CAST('secret00000000000000000000000000' AS {BLOB}), 1, NULL, 0, '8760h', 1, 2, 0, 1, 1);
