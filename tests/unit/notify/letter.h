/*
 * letter.h - a message and settings that are good, for tests to spoil. Include after test.h.
 */
#ifndef CS_TESTS_NOTIFY_LETTER_H
#define CS_TESTS_NOTIFY_LETTER_H

#include "notify/mail.h"

static inline struct cs_message
letter(void)
{
	return (struct cs_message){
		.id = { { 0xab, 0xcd, 0xef } },
		.channel = CS_CHANNEL_MAIL,
		.to = CS_STR("ada@example.test"),
		.subject = CS_STR("Your PIN"),
		.text = CS_STR("Hello,\n\n123456\n"),
		.created = cs_seconds(1790000000),
		.valid_until = cs_seconds(1790000600),
	};
}

static inline struct cs_mail_config
settings(void)
{
	return (struct cs_mail_config){
		.host = CS_STR("127.0.0.1"),
		.port = 25,
		.tls = CS_MAIL_PLAIN,
		.from_address = CS_STR("no-reply@auth.example.test"),
		.from_name = CS_STR("Halden"),
		.helo = CS_STR("auth.example.test"),
		.timeout_ms = 30000,
	};
}

#endif
