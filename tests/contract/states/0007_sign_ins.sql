-- Rows in every table of this migration.

INSERT INTO auth_log (account_id, id, at, user_id, email, email_key, address, country, application_id, app_name, app_domain, action, connection, provider_id, is_allowed, is_identity, reason, method, ray) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('login-1000000000' AS {BLOB}), 1, CAST('user-10000000000' AS {BLOB}), 'A@one.test', 'a@one.test', '192.0.2.7', '', CAST('app-100000000000' AS {BLOB}), 'App', 'app.test', 'login', 'onetimepin', NULL, 1, 1, '', 1, '0011223344556677');
INSERT INTO provider_value (account_id, provider_id, claim, content, first_seen, last_seen) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('idp-100000000000' AS {BLOB}), 'amr', 'hwk', 1, 1);
