-- Rows in every table of this migration. Text as bytes is the one form of a BLOB that both
-- databases read.

INSERT INTO organization (account_id, body, created, updated) VALUES
	(CAST('account-10000000' AS {BLOB}), 'body', 1, 2);
INSERT INTO identity_provider (account_id, id, type, name, body, sealed, created, updated) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('idp-100000000000' AS {BLOB}), 'onetimepin', 'PIN', 'body', NULL, 1, 1),
	(CAST('account-10000000' AS {BLOB}), CAST('idp-200000000000' AS {BLOB}), 'oidc', 'OIDC', 'body', CAST('sealed' AS {BLOB}), 1, 1);
INSERT INTO application (account_id, id, aud, name, body, created, updated) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), CAST('aud-1000000000000000000000000000' AS {BLOB}), 'App', 'body', 1, 1);
INSERT INTO application_place (account_id, application_id, host, path, is_pattern) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), 'app.test', '', 0),
	(CAST('account-10000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), '*.app.test', '/x', 1);
INSERT INTO policy (account_id, id, application_id, name, decision, body, created, updated) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('policy-100000000' AS {BLOB}), NULL, 'Shared', 'allow', 'body', 1, 1),
	(CAST('account-10000000' AS {BLOB}), CAST('policy-200000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), 'Own', 'deny', 'body', 1, 1);
INSERT INTO application_policy (account_id, application_id, policy_id, precedence) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), CAST('policy-100000000' AS {BLOB}), 1),
	(CAST('account-10000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), CAST('policy-200000000' AS {BLOB}), 2);
INSERT INTO rule_group (account_id, id, name, body, created, updated) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('group-1000000000' AS {BLOB}), 'Group', 'body', 1, 1);
INSERT INTO member (account_id, id, email, email_key, name, password_hash, status, created) VALUES
	({ID_ZERO}, CAST('member-100000000' AS {BLOB}), 'Owner@one.test', 'owner@one.test', 'Owner', NULL, 0, 1);
INSERT INTO membership (account_id, id, role, created) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 1, 1);
INSERT INTO member_session (account_id, id, token_hash, member_id, created, expires) VALUES
	({ID_ZERO}, CAST('msession-1000000' AS {BLOB}), CAST('msession-10000000000000000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 1, 2);
INSERT INTO invitation (account_id, id, email, role, token_hash, state, tries, created, expires) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('invitation-10000' AS {BLOB}), 'new@one.test', 5, CAST('invitation-100000000000000000000' AS {BLOB}), 0, 0, 1, 2);
INSERT INTO api_token (account_id, id, name, token_hash, creator_id, permissions, is_disabled, issued, last_used, not_before, expires) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('token-1000000000' AS {BLOB}), 'Token', CAST('token-10000000000000000000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 3, 0, 1, 0, 0, 0);
