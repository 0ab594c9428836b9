/*
 * process.h - what the process may do, before it does anything.
 */
#ifndef CS_APP_PROCESS_H
#define CS_APP_PROCESS_H

/*
 * No core dumps, not traceable by others of the same user, no new privileges, files made by us are
 * ours alone, a closed connection is an error code and not a signal, and as many descriptors as
 * the system lets us have. Aborts when a promise of these cannot be kept.
 */
void cs_process_harden(void);

#endif
