-- Rows in every table of this migration. Text as bytes is the one form of a BLOB that both
-- databases read.

INSERT INTO account (id, name, auth_host, created) VALUES
	(CAST('account-10000000' AS {BLOB}), 'One', 'auth.one.test', 1),
	(CAST('account-20000000' AS {BLOB}), 'Two', NULL, 2);
INSERT INTO setting (account_id, name, content) VALUES
	(CAST('account-10000000' AS {BLOB}), 'colour', 'red'),
	({ID_ZERO}, 'colour', ''),
	(CAST('account-20000000' AS {BLOB}), 'colour', 'red');
UPDATE change_counter SET seq = 2;
INSERT INTO change_sequence (seq, account_id, kind, object_id, at) VALUES
	(1, CAST('account-10000000' AS {BLOB}), 1, {ID_ZERO}, 1),
	(2, CAST('account-10000000' AS {BLOB}), 4, CAST('user-10000000000' AS {BLOB}), 2);
INSERT INTO lease (name, holder, held_until) VALUES
	('audit.sealer', CAST('node-10000000000' AS {BLOB}), 5);
INSERT INTO outbox (account_id, id, channel, state, sealed, created, valid_until, next_try, attempts, lease_holder, lease_until, ended) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('message-10000000' AS {BLOB}), 1, 0, CAST('sealed' AS {BLOB}), 1, 600000, 1, 0, NULL, 0, 0),
	(CAST('account-10000000' AS {BLOB}), CAST('message-20000000' AS {BLOB}), 1, 1, NULL, 1, 600000, 1, 1, NULL, 0, 7);
INSERT INTO audit_event (account_id, id, at, ord, kind, actor_id, subject_id, address, user_agent, details, salt, personal_digest, seq, link) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('event-1000000000' AS {BLOB}), 1, 0, 'sign_in', CAST('user-10000000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), '192.0.2.7', 'Browser', '', CAST('salt000000000000' AS {BLOB}), CAST('digest00000000000000000000000000' AS {BLOB}), 1, CAST('link0000000000000000000000000000' AS {BLOB})),
	(CAST('account-10000000' AS {BLOB}), CAST('event-2000000000' AS {BLOB}), 2, 0, 'sign_out', NULL, NULL, NULL, NULL, NULL, NULL, CAST('digest00000000000000000000000000' AS {BLOB}), NULL, NULL);
INSERT INTO audit_head (account_id, seq, link) VALUES
	(CAST('account-10000000' AS {BLOB}), 1, CAST('link0000000000000000000000000000' AS {BLOB}));
INSERT INTO rate (rate_key, log, expires) VALUES
	(CAST('key00000000000000000000000000000' AS {BLOB}), '0000000000000001', 3600001);
INSERT INTO signing_key (account_id, id, kid, sealed, public_jwk, certificate, created, active_from, retire_at) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('key-100000000000' AS {BLOB}), 'kid', CAST('sealed' AS {BLOB}), 'jwk', 'PEM', 1, 1, 0);
