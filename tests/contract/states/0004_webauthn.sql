-- Rows in every table of this migration.

INSERT INTO authenticator (account_id, id, subject_id, factor, single, name, state, pending_session, sealed, params, replay, version, created, last_used, method, credential_id, aaguid, format, evidence, backup, attestation, client_hash) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('auth-20000000000' AS {BLOB}), CAST('user-10000000000' AS {BLOB}), 'webauthn', NULL, 'Key', 1, NULL, CAST('sealed' AS {BLOB}), 'params', CAST('replay' AS {BLOB}), 1, 1, 0, 4, CAST('credential' AS {BLOB}), CAST('aaguid-100000000' AS {BLOB}), 'packed', 3, 0, CAST('attestation' AS {BLOB}), CAST('clienthash0000000000000000000000' AS {BLOB}));
INSERT INTO attestation_root (account_id, id, name, certificate, fingerprint, created) VALUES
	(CAST('account-10000000' AS {BLOB}), CAST('root-10000000000' AS {BLOB}), 'Root', CAST('certificate' AS {BLOB}), CAST('fingerprint000000000000000000000' AS {BLOB}), 1);
INSERT INTO mds_blob (account_id, no, next_update, imported) VALUES ({ID_ZERO}, 1, '2026-01-01', 1);
INSERT INTO mds_entry (account_id, entry_key, description, status, body) VALUES
	({ID_ZERO}, '00112233445566778899aabbccddeeff', 'Key', 'FIDO_CERTIFIED', 'body');
