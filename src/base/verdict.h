/*
 * verdict.h - the answer of code that judged. Zeroed memory means denied.
 */
#ifndef CS_BASE_VERDICT_H
#define CS_BASE_VERDICT_H

enum cs_verdict {
	CS_DENIED = 0,
	CS_GRANTED,
};

#endif
