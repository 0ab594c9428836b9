/*
 * err.h - errors that cannot be dropped, and the one control-flow macro.
 *
 * An error says "this could not be done"; an answer ("denied", "wrong code") is never an error,
 * see verdict.h. Codes are few and chosen by what a caller would do differently.
 */
#ifndef CS_BASE_ERR_H
#define CS_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

enum cs_code {
	CS_E_NONE = 0,
	CS_E_INVALID, /* the input is wrong; the same input will always be wrong */
	CS_E_NOT_FOUND, /* no such thing, or not visible to this caller */
	CS_E_CONFLICT, /* somebody was first: the state is not the one expected */
	CS_E_LIMIT, /* too big, too many, too often */
	CS_E_FORBIDDEN, /* the caller may not */
	CS_E_UNAVAILABLE, /* a part that is needed does not answer; try later */
	CS_E_UNCERTAIN, /* the write may or may not have happened */
	CS_E_CRYPTO, /* a key is unknown, a seal is broken, a primitive failed */
	CS_E_STORE, /* the database said something that retrying does not mend */
	CS_E_INTERNAL, /* our own mistake */
};

/* A struct, so that it cannot be taken for an int or a bool; nodiscard, so that it is not lost. */
typedef struct [[nodiscard]] cs_err {
	enum cs_code code;
} cs_err;

#define CS_OK ((cs_err){ CS_E_NONE })
#define CS_FAIL(CODE) ((cs_err){ CS_E_##CODE })

static inline bool
cs_failed(cs_err e)
{
	return e.code != CS_E_NONE;
}

static inline bool
cs_is(cs_err e, enum cs_code code)
{
	return e.code == code;
}

/* The code's name in lower case, for logs: "not_found". Static storage. */
const char *cs_code_name(enum cs_code code);

/* Return the error of expr, if any. Nothing else in this code base hides a return. */
#define CS_TRY(expr) \
	do { \
		cs_err cs_try_err_ = (expr); \
		if (cs_failed(cs_try_err_)) \
			return cs_try_err_; \
	} while (0)

/* Run fn(&var) when var leaves scope. fn takes T **, accepts NULL inside, and nulls. */
#define CS_AUTO(fn) __attribute__((cleanup(fn)))

/* Move ownership out of a variable: yields its value and leaves NULL behind. */
#define CS_TAKE(p) \
	({ \
		__typeof__(p) cs_taken_ = (p); \
		(p) = NULL; \
		cs_taken_; \
	})

/* Programming mistakes only, never input, disk or network. Kept in release builds; aborts. */
#define CS_ASSERT(cond) ((cond) ? (void)0 : cs_assert_failed(#cond, __FILE__, __LINE__))
__attribute__((noreturn)) void cs_assert_failed(const char *what, const char *file, int line);

#define CS_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
