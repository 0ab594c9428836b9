/*
 * systemd.h - the two protocols of sd_notify(3) and sd_listen_fds(3), without the library.
 * Called by app/ in its first thread: both read the environment.
 */
#ifndef CS_HTTP_SYSTEMD_H
#define CS_HTTP_SYSTEMD_H

#include "base/err.h"

#include <stddef.h>

#define CS_INHERITED_MAX 16

/*
 * The sockets that systemd opened for us, for cs_server_config.inherited; made non-blocking and
 * close-on-exec. Returns how many, at most CS_INHERITED_MAX; none when they are not for this process.
 */
size_t cs_systemd_listen_fds(int out[static CS_INHERITED_MAX]);
/* "READY=1", "STOPPING=1", "RELOADING=1\nMONOTONIC_USEC=…"; nothing when nobody asked to be told. */
void cs_systemd_notify(const char *state);
/* RELOADING=1 with the time that systemd wants beside it; READY=1 follows when done. */
void cs_systemd_notify_reloading(void);

#endif
