-- Members' own second factor, and the way back when it is lost.

-- Times, 0: never. two_factor_since: 0 while it is off. must_enrol: the next sign-in can only enrol
-- (enum cs_must_enrol). sso_*: the provider of an account that vouches for this member, who has no
-- password then.
ALTER TABLE member ADD COLUMN email_verified {INT} NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN password_changed {INT} NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN password_reset {INT} NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN two_factor_since {INT} NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN must_enrol {INT} NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN frozen {INT} NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN last_sign_in {INT} NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN sso_account_id {BLOB};
ALTER TABLE member ADD COLUMN sso_provider_id {BLOB};
ALTER TABLE member ADD COLUMN sso_sub TEXT;

-- Where else a member is told what happens: never where a code goes. until: an address that the
-- member had before is told for a while yet; 0: theirs.
CREATE TABLE member_contact (
	account_id {BLOB} NOT NULL CHECK (account_id = {ID_ZERO}),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	member_id {BLOB} NOT NULL,
	email TEXT NOT NULL,
	email_key TEXT NOT NULL,
	verified {INT} NOT NULL,
	until {INT} NOT NULL,
	created {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, member_id, email_key),
	FOREIGN KEY (account_id, member_id) REFERENCES member (account_id, id) ON DELETE CASCADE
) {STRICT};

-- stage: enum cs_member_stage; sessions from before were complete. method: of the second factor.
-- invitation_*: accepted when the first authenticator is enrolled in it.
ALTER TABLE member_session ADD COLUMN stage {INT} NOT NULL DEFAULT 0;
ALTER TABLE member_session ADD COLUMN device_id {BLOB};
ALTER TABLE member_session ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
ALTER TABLE member_session ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE member_session ADD COLUMN last_seen {INT} NOT NULL DEFAULT 0;
ALTER TABLE member_session ADD COLUMN method {INT} NOT NULL DEFAULT 0;
ALTER TABLE member_session ADD COLUMN recovery_id {BLOB};
ALTER TABLE member_session ADD COLUMN invitation_account_id {BLOB};
ALTER TABLE member_session ADD COLUMN invitation_id {BLOB};

-- A browser that is not asked for the second factor until then.
CREATE TABLE member_remembered (
	account_id {BLOB} NOT NULL CHECK (account_id = {ID_ZERO}),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	member_id {BLOB} NOT NULL,
	device_id {BLOB} NOT NULL,
	user_agent TEXT NOT NULL,
	address TEXT NOT NULL,
	created {INT} NOT NULL,
	last_used {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, member_id, device_id),
	FOREIGN KEY (account_id, member_id) REFERENCES member (account_id, id) ON DELETE CASCADE
) {STRICT};
CREATE INDEX member_remembered_expires ON member_remembered (expires);

-- A link that was mailed. purpose: enum cs_member_link_purpose. email: the address that it is about.
CREATE TABLE member_link (
	account_id {BLOB} NOT NULL CHECK (account_id = {ID_ZERO}),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	member_id {BLOB} NOT NULL,
	purpose {INT} NOT NULL,
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	email TEXT NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	used {INT},
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, member_id) REFERENCES member (account_id, id) ON DELETE CASCADE
) {STRICT};
CREATE INDEX member_link_member ON member_link (account_id, member_id);
CREATE INDEX member_link_expires ON member_link (expires);

-- network: of the last complete sign-in, as domain/network.h writes it.
ALTER TABLE known_device ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE known_device ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';

-- One that is going on at most for each member. state, evidence, end_reason: model/recovery.h.
-- code_mac, access_mac: what the mailed codes are judged by. started_by: somebody else than the member.
CREATE TABLE recovery_case (
	account_id {BLOB} NOT NULL CHECK (account_id = {ID_ZERO}),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	member_id {BLOB} NOT NULL,
	state {INT} NOT NULL,
	started_by {BLOB},
	session_id {BLOB},
	device_id {BLOB},
	user_agent TEXT NOT NULL,
	address TEXT NOT NULL,
	code_mac {BLOB},
	code_sent {INT} NOT NULL,
	code_expires {INT} NOT NULL,
	tries {INT} NOT NULL,
	evidence {INT} NOT NULL,
	begun {INT} NOT NULL,
	email_verified {INT} NOT NULL,
	device_verified {INT} NOT NULL,
	wait_from {INT} NOT NULL,
	release_at {INT} NOT NULL,
	released {INT} NOT NULL,
	access_mac {BLOB},
	access_sent {INT} NOT NULL,
	access_expires {INT} NOT NULL,
	opened {INT} NOT NULL,
	ended {INT} NOT NULL,
	ended_by {BLOB},
	end_reason {INT} NOT NULL,
	version {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, member_id) REFERENCES member (account_id, id) ON DELETE CASCADE
) {STRICT};
CREATE UNIQUE INDEX recovery_case_open ON recovery_case (account_id, member_id) WHERE ended = 0;
CREATE INDEX recovery_case_release ON recovery_case (release_at) WHERE ended = 0;
CREATE INDEX recovery_case_member ON recovery_case (account_id, member_id, begun);

-- What happened to a case, in order. what, by_whom: model/recovery.h. actor_id: of those in charge.
CREATE TABLE recovery_event (
	account_id {BLOB} NOT NULL,
	case_id {BLOB} NOT NULL,
	ord {INT} NOT NULL,
	what {INT} NOT NULL,
	by_whom {INT} NOT NULL,
	actor_id {BLOB},
	at {INT} NOT NULL,
	user_agent TEXT NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (account_id, case_id, ord),
	FOREIGN KEY (account_id, case_id) REFERENCES recovery_case (account_id, id) ON DELETE CASCADE
) {CLUSTERED};

-- Who of those in charge wanted what of a case, by their role in which account; act: model/recovery.h.
CREATE TABLE recovery_approval (
	account_id {BLOB} NOT NULL,
	case_id {BLOB} NOT NULL,
	act {INT} NOT NULL,
	member_id {BLOB} NOT NULL,
	by_account {BLOB} NOT NULL,
	reason TEXT NOT NULL,
	at {INT} NOT NULL,
	PRIMARY KEY (account_id, case_id, act, member_id),
	FOREIGN KEY (account_id, case_id) REFERENCES recovery_case (account_id, id) ON DELETE CASCADE
) {CLUSTERED};

-- What an account asks of its members. enforce_after: from then on; 0: at once. refuse_remembered:
-- no browser goes without the second factor.
ALTER TABLE account ADD COLUMN enforce_twofactor {INT} NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN enforce_after {INT} NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN refuse_remembered {INT} NOT NULL DEFAULT 0;

ALTER TABLE invitation ADD COLUMN invited_by {BLOB};
CREATE UNIQUE INDEX invitation_open ON invitation (account_id, email) WHERE state = 0;
CREATE INDEX invitation_email ON invitation (email) WHERE state = 0;
-- What happened to one person, newest first.
CREATE INDEX audit_event_subject ON audit_event (account_id, subject_id, at, id);
-- condition: addresses that a token may come from, JSON as it was written; empty: any.
ALTER TABLE api_token ADD COLUMN condition TEXT NOT NULL DEFAULT '';
ALTER TABLE api_token ADD COLUMN modified {INT} NOT NULL DEFAULT 0;

-- 1: of a factor whose answers are made here (backup codes), not enrolled by giving one.
ALTER TABLE authenticator ADD COLUMN issued {INT} NOT NULL DEFAULT 0;
-- replaces_id: of a pending one, that goes when this is confirmed. So that it can be pending beside
-- the active one, single is of what is pending "pending " and the factor's name.
ALTER TABLE authenticator ADD COLUMN replaces_id {BLOB};
UPDATE authenticator SET single = 'pending ' || factor WHERE state = 0 AND single IS NOT NULL;

-- A question, a window and a notice belong to a subject, and sessions are of users or of members:
-- the three tables again, without what tied them to users alone.
CREATE TABLE subject_challenge (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	subject_id {BLOB} NOT NULL,
	session_id {BLOB} NOT NULL,
	device_id {BLOB} NOT NULL,
	purpose {INT} NOT NULL,
	context {BLOB} NOT NULL,
	meta TEXT NOT NULL,
	is_own {INT} NOT NULL CHECK (is_own IN (0, 1)),
	methods {INT} NOT NULL,
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	answered {INT},
	nonce {BLOB} CHECK (length(nonce) = 32),
	PRIMARY KEY (account_id, id)
) {STRICT};
INSERT INTO subject_challenge (account_id, id, subject_id, session_id, device_id, purpose, context,
	meta, is_own, methods, created, expires, answered, nonce)
SELECT account_id, id, subject_id, session_id, device_id, purpose, context,
	meta, is_own, methods, created, expires, answered, nonce FROM challenge;
DROP TABLE challenge;
ALTER TABLE subject_challenge RENAME TO challenge;
CREATE INDEX challenge_session ON challenge (account_id, session_id);
CREATE INDEX challenge_subject ON challenge (account_id, subject_id);
CREATE INDEX challenge_expires ON challenge (expires);

-- authenticator_id NULL: a password alone opened it.
CREATE TABLE subject_window (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	session_id {BLOB} NOT NULL,
	device_id {BLOB} NOT NULL,
	subject_id {BLOB} NOT NULL,
	authenticator_id {BLOB},
	purpose {INT} NOT NULL,
	opened {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (account_id, id),
	UNIQUE (account_id, session_id, purpose),
	FOREIGN KEY (account_id, authenticator_id) REFERENCES authenticator (account_id, id)
		ON DELETE CASCADE
) {STRICT};
INSERT INTO subject_window (account_id, id, session_id, device_id, subject_id, authenticator_id,
	purpose, opened, expires)
SELECT account_id, id, session_id, device_id, subject_id, authenticator_id,
	purpose, opened, expires FROM manage_window;
DROP TABLE manage_window;
ALTER TABLE subject_window RENAME TO manage_window;
CREATE INDEX manage_window_subject ON manage_window (account_id, subject_id);
CREATE INDEX manage_window_authenticator ON manage_window (account_id, authenticator_id);
CREATE INDEX manage_window_expires ON manage_window (expires);

-- object_id: what it is about beside the subject (a recovery case), for kinds that have one.
CREATE TABLE subject_notice (
	account_id {BLOB} NOT NULL REFERENCES account (id),
	id {BLOB} NOT NULL CHECK (length(id) = 16),
	token_hash {BLOB} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	subject_id {BLOB} NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	object_id {BLOB},
	created {INT} NOT NULL,
	expires {INT} NOT NULL,
	used {INT},
	PRIMARY KEY (account_id, id)
) {STRICT};
INSERT INTO subject_notice (account_id, id, token_hash, subject_id, kind, name, created, expires, used)
SELECT account_id, id, token_hash, subject_id, kind, name, created, expires, used FROM notice;
DROP TABLE notice;
ALTER TABLE subject_notice RENAME TO notice;
CREATE INDEX notice_subject ON notice (account_id, subject_id);
CREATE INDEX notice_expires ON notice (expires);
