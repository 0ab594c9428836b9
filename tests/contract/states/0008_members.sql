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
