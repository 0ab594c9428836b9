-- Rows in every table of this migration.

INSERT INTO member_contact (account_id, id, member_id, email, email_key, verified, until, created) VALUES
	({ID_ZERO}, CAST('contact-10000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 'Home@example.test', 'home@example.test', 1, 0, 1);
INSERT INTO member_remembered (account_id, id, member_id, device_id, user_agent, address, created, last_used, expires) VALUES
	({ID_ZERO}, CAST('remember-1000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), 'agent', '192.0.2.1', 1, 1, 2);
INSERT INTO member_link (account_id, id, member_id, purpose, token_hash, email, created, expires, used) VALUES
	({ID_ZERO}, CAST('link-10000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 1, CAST('link-100000000000000000000000000' AS {BLOB}), 'o@example.test', 1, 2, NULL);
INSERT INTO recovery_case (account_id, id, member_id, state, started_by, session_id, device_id, user_agent, address, code_mac, code_sent, code_expires, tries, evidence, begun, email_verified, device_verified, wait_from, release_at, released, access_mac, access_sent, access_expires, opened, ended, ended_by, end_reason, version) VALUES
	({ID_ZERO}, CAST('case-10000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 1, NULL, NULL, NULL, 'agent', '192.0.2.1', NULL, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, NULL, 0, 0, 0, 0, NULL, 0, 0);
INSERT INTO recovery_event (account_id, case_id, ord, what, by_whom, actor_id, at, user_agent, address) VALUES
	({ID_ZERO}, CAST('case-10000000000' AS {BLOB}), 1, 1, 0, NULL, 1, 'agent', '192.0.2.1');
INSERT INTO recovery_approval (account_id, case_id, act, member_id, by_account, reason, at) VALUES
	({ID_ZERO}, CAST('case-10000000000' AS {BLOB}), 1, CAST('member-100000000' AS {BLOB}), {ID_ZERO}, 'asked by phone', 1);

-- And in those of before, as they are since.
INSERT INTO member (account_id, id, email, email_key, name, password_hash, status, created, email_verified, password_changed, password_reset, two_factor_since, must_enrol, frozen, last_sign_in, sso_account_id, sso_provider_id, sso_sub) VALUES
	({ID_ZERO}, CAST('member-200000000' AS {BLOB}), 'Sso@one.test', 'sso@one.test', 'Sso', NULL, 1, 1, 1, 0, 0, 1, 0, 0, 1, CAST('account-10000000' AS {BLOB}), CAST('idp-200000000000' AS {BLOB}), 'subject');
INSERT INTO member_session (account_id, id, token_hash, member_id, created, expires, stage, device_id, user_agent, address, last_seen, method, recovery_id, invitation_account_id, invitation_id) VALUES
	({ID_ZERO}, CAST('msession-2000000' AS {BLOB}), CAST('msession-20000000000000000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 1, 2, 2, CAST('device-100000000' AS {BLOB}), 'agent', '192.0.2.1', 1, 1, CAST('case-10000000000' AS {BLOB}), CAST('account-10000000' AS {BLOB}), CAST('invitation-20000' AS {BLOB}));
INSERT INTO known_device (account_id, subject_id, device_id, first_seen, last_seen, network, user_agent) VALUES
	({ID_ZERO}, CAST('member-100000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), 1, 2, '192.0.2.0/24', 'agent');
INSERT INTO invitation (account_id, id, email, role, token_hash, state, tries, created, expires, invited_by) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('invitation-20000' AS {BLOB}), 'other@one.test', 5, CAST('invitation-200000000000000000000' AS {BLOB}), 0, 0, 1, 2, CAST('member-100000000' AS {BLOB}));
INSERT INTO api_token (account_id, id, name, token_hash, creator_id, permissions, is_disabled, issued, last_used, not_before, expires, condition, modified) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('token-2000000000' AS {BLOB}), 'Limited', CAST('token-20000000000000000000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 3, 0, 1, 0, 0, 0, '["192.0.2.0/24"]', 1);
INSERT INTO authenticator (account_id, id, subject_id, factor, single, name, state, pending_session, sealed, params, replay, version, created, last_used, issued, replaces_id) VALUES
	({ID_ZERO}, CAST('codes-1000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 'backup_code', 'backup_code', 'Backup codes', 1, NULL, CAST('sealed' AS {BLOB}), 'params', CAST('replay' AS {BLOB}), 1, 1, 0, 1, NULL),
	({ID_ZERO}, CAST('auth-40000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 'totp', 'totp', 'Phone', 1, NULL, CAST('sealed' AS {BLOB}), 'params', CAST('replay' AS {BLOB}), 1, 1, 0, 0, NULL),
	({ID_ZERO}, CAST('auth-50000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 'totp', 'pending totp', 'New phone', 0, CAST('msession-2000000' AS {BLOB}), CAST('sealed' AS {BLOB}), 'params', CAST('replay' AS {BLOB}), 1, 1, 0, 0, CAST('auth-40000000000' AS {BLOB}));
INSERT INTO manage_window (account_id, id, session_id, device_id, subject_id, authenticator_id, purpose, opened, expires) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('window-200000000' AS {BLOB}), CAST('msession-2000000' AS {BLOB}), CAST('device-100000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), NULL, 2, 1, 2);
INSERT INTO notice (account_id, id, token_hash, subject_id, kind, name, object_id, created, expires, used) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('notice-200000000' AS {BLOB}), CAST('notice-2000000000000000000000000' AS {BLOB}), CAST('member-100000000' AS {BLOB}), 'recovery_begun', '', CAST('case-10000000000' AS {BLOB}), 1, 2, NULL);
