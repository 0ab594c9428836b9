/*
 * session.h - signed-in browsers and signed-in applications.
 */
#ifndef CS_MODEL_SESSION_H
#define CS_MODEL_SESSION_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"
#include "model/subject.h"

#define CS_TOKEN_HASH_LEN 32
#define CS_AMR_MAX 16

/* What is known of a person since their last sign-in; rules are judged from this alone. */
struct cs_identity {
	cs_id user;
	cs_str email;
	cs_str name;
	cs_id provider;
	cs_str amr[CS_AMR_MAX]; /* as the provider sent it */
	size_t amr_count;
	cs_time auth_time; /* the provider's auth_time; 0 when it sent none */
	cs_time signed_in;
	cs_str fields; /* JSON object of the claims that the provider's configuration names */
};

/* A signed-in browser on the auth host: cookie __Host-cs_session. */
struct cs_global_session {
	cs_id account;
	cs_id id;
	uint8_t token_hash[CS_TOKEN_HASH_LEN];
	cs_id device;
	struct cs_identity identity;
	cs_time created;
	cs_time expires;
	cs_str user_agent;
	cs_str address;
};

/* Which model a proof was made with. What makes one-time passwords has none, and a provider says none. */
struct cs_proved_model {
	bool is_there;
	uint8_t aaguid[CS_AAGUID_LEN];
	enum cs_evidence evidence; /* as of now, not of the proof: roots come and go */
};

/* Where the second factor of a session came from; kept as a number in the store. */
enum cs_proof_source {
	CS_PROOF_OURS = 0, /* an authenticator enrolled here */
	CS_PROOF_AMR = 1, /* the identity provider asked for it (RFC 8176); never a stored proof */
};

/* A signed-in application: cookie CF_Authorization on the application's host, a JWT. */
struct cs_app_session {
	cs_id account;
	cs_id id;
	uint8_t token_hash[CS_TOKEN_HASH_LEN]; /* SHA-256 of the whole JWT text */
	cs_id application;
	cs_str host; /* the host it was handed to; refused elsewhere */
	cs_id global_session;
	struct cs_identity identity;
	cs_str nonce; /* identity_nonce, 16 characters */
	cs_time created;
	cs_time expires;
	/* the proof it was opened with; method 0 when none was needed */
	enum cs_proof_source proof_source;
	unsigned proof_method;
	cs_time proof_at;
	bool proof_is_own; /* made for this session alone: its age is not compared (0m) */
	cs_id authenticator;
	struct cs_proved_model model; /* of that authenticator */
};

#endif
