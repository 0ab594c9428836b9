-- Rows in every table of this migration.

INSERT INTO manage_window (account_id, id, session_id, device_id, subject_id, authenticator_id, purpose, opened, expires) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('window-100000000' AS {BLOB}), CAST('global-100000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), CAST('auth-10000000000' AS {BLOB}), 1, 1, 2);
INSERT INTO notice (account_id, id, token_hash, subject_id, kind, name, created, expires, used) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('notice-100000000' AS {BLOB}), CAST('notice-1000000000000000000000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), 'added', 'Key', 1, 2, NULL);
