/*
 * console.h - the handlers of the console's own API.
 */
#ifndef CS_API_CONSOLE_CONSOLE_H
#define CS_API_CONSOLE_CONSOLE_H

#include "api/router.h"

cs_handle_fn cs_console_post_sign_in;
cs_handle_fn cs_console_post_sign_out;
cs_handle_fn cs_console_get_member;

#endif
