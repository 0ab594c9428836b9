-- Rows in every table of this migration. Text as bytes is the one form of a BLOB that both
-- databases read.

INSERT INTO access_user (account_id, id, email, email_key, email_is_proved, name, status, created, last_sign_in) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), 'A@one.test', 'a@one.test', 1, 'A', 0, 1, 0),
	(CAST('account-10000000' AS {BLOB}), CAST('user-20000000000' AS {BLOB}), 'a@one.test', 'a@one.test', 0, 'A', 0, 1, 0);
INSERT INTO user_identity (account_id, provider_id, sub, user_id, created) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('idp-100000000000' AS {BLOB}), 'a@one.test', CAST('user-10000000000' AS {BLOB}), 1);
INSERT INTO known_device (account_id, subject_id, device_id, first_seen, last_seen) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), 1, 2);
INSERT INTO authenticator (account_id, id, subject_id, factor, single, name, state, pending_session, sealed, params, replay, version, created, last_used) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('auth-10000000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), 'totp', 'totp', 'Phone', 1, NULL, CAST('sealed' AS {BLOB}), 'params', CAST('replay' AS {BLOB}), 1, 1, 0),
	(CAST('account-10000000' AS {BLOB}), CAST('auth-30000000000' AS {BLOB}), CAST('user-20000000000' AS {BLOB}), 'totp', 'totp', 'Phone', 0, CAST('global-100000000' AS {BLOB}), CAST('sealed' AS {BLOB}), 'params', CAST('replay' AS {BLOB}), 1, 1, 0);
INSERT INTO global_session (account_id, id, token_hash, device_id, user_id, email, name, provider_id, amr, auth_time, signed_in, fields, created, expires, user_agent, address) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('global-100000000' AS {BLOB}), CAST('global-1000000000000000000000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), 'a@one.test', 'A', CAST('idp-100000000000' AS {BLOB}), '', 0, 1, '', 1, 2, 'Browser', '192.0.2.7');
INSERT INTO app_session (account_id, id, token_hash, application_id, host, global_session_id, user_id, email, name, provider_id, amr, auth_time, signed_in, fields, nonce, created, expires, proof_method, proof_at, proof_is_own, authenticator_id) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('session-10000000' AS {BLOB}), CAST('session-100000000000000000000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), 'app.test', CAST('global-100000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), 'a@one.test', 'A', CAST('idp-100000000000' AS {BLOB}), '', 0, 1, '', 'nonce', 1, 2, 1, 1, 0, CAST('auth-10000000000' AS {BLOB}));
INSERT INTO challenge (account_id, id, subject_id, session_id, device_id, purpose, context, meta, is_own, methods, created, expires, answered) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('challenge-100000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), CAST('global-100000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), 1, CAST('context0000000000000000000000000' AS {BLOB}), 'meta', 0, 1, 1, 2, NULL);
INSERT INTO proof (account_id, id, subject_id, device_id, authenticator_id, method, at, is_own, context, session_id) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('proof-1000000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), CAST('auth-10000000000' AS {BLOB}), 1, 1, 0, CAST('context0000000000000000000000000' AS {BLOB}), NULL);
INSERT INTO pin (account_id, flow_hash, id, provider_id, email, mac, state, tries, created, expires) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('flow-100000000000000000000000000' AS {BLOB}), CAST('pin-100000000000' AS {BLOB}), CAST('idp-100000000000' AS {BLOB}), 'a@one.test', CAST('mac00000000000000000000000000000' AS {BLOB}), 0, 0, 1, 2);
INSERT INTO oidc_flow (account_id, id, state_hash, flow_hash, provider_id, nonce, sealed, redirect_uri, meta, created, expires, used) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('flow-10000000000' AS {BLOB}), CAST('state-10000000000000000000000000' AS {BLOB}), CAST('flow-100000000000000000000000000' AS {BLOB}), CAST('idp-200000000000' AS {BLOB}), 'nonce', CAST('sealed' AS {BLOB}), 'https://auth.one.test/cb', 'meta', 1, 2, NULL);
INSERT INTO handover (account_id, id, code_hash, application_id, host, session_id, nonce_hash, return_path, proof_id, created, expires, used) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('handover-1000000' AS {BLOB}), CAST('code-100000000000000000000000000' AS {BLOB}), CAST('app-100000000000' AS {BLOB}), 'app.test', CAST('global-100000000' AS {BLOB}), CAST('nonce000000000000000000000000000' AS {BLOB}), '/', CAST('proof-1000000000' AS {BLOB}), 1, 2, NULL);
