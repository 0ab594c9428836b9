#include "app/command.h"
#include "app/gateway.h"
#include "app/process.h"
#include "app/serve.h"

#include "base/log.h"
#include "http/systemd.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/*
 * `countersignd run`. Signals are blocked everywhere and taken here, one at a time, in the first
 * thread: there are no signal handlers.
 */

static sigset_t
block_signals(void)
{
	sigset_t wanted;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &wanted, NULL);
	return wanted;
}

static void
log_problem(const struct cs_buf *problem)
{
	CS_LOG(NULL, CONFIG_REFUSED, CS_F_STR("reason", cs_buf_str(problem)));
}

/* All of the new file or nothing of it. */
static void
reload(struct cs_parts *parts, struct cs_node *node, const char *path)
{
	CS_AUTO(cs_settings_free) struct cs_settings *settings = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;

	cs_buf_init(&problem, 4096);
	cs_systemd_notify_reloading();
	if (cs_failed(cs_settings_open(path, &settings, &problem)) ||
	    cs_failed(cs_gateway_check(settings, &problem)) ||
	    cs_failed(cs_parts_reload(parts, &settings, &problem)) ||
	    cs_failed(cs_node_reload(node, cs_parts_settings(parts), &problem)))
		log_problem(&problem);
	else
		CS_LOG0(NULL, CONFIG_RELOADED);
	cs_systemd_notify("READY=1");
}

static void
wait_for_the_end(struct cs_parts *parts, struct cs_node *node, const char *path, sigset_t signals)
{
	int signal = 0;

	while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) {
		if (signal == SIGHUP)
			reload(parts, node, path);
	}
	CS_LOG(NULL, SERVER_STOPPING, CS_F_INT("signal", signal));
	cs_systemd_notify("STOPPING=1");
}

static enum cs_level
level_of(cs_str name)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };

	for (size_t i = 0; i < CS_COUNT(names); i++) {
		if (cs_str_equal(name, cs_str_c(names[i])))
			return (enum cs_level)i;
	}
	return CS_LEVEL_INFO;
}

static int
complain(const struct cs_buf *problem, int status)
{
	fprintf(stderr, "countersignd: %.*s\n", (int)problem->len, (const char *)problem->p);
	return status;
}

static int
run(struct cs_settings **settings, const struct cs_command_line *line, struct cs_buf *problem)
{
	CS_AUTO(cs_parts_close) struct cs_parts *parts = NULL;
	CS_AUTO(cs_node_stop) struct cs_node *node = NULL;
	sigset_t signals = block_signals();

	cs_log_init(STDERR_FILENO, level_of((*settings)->log_level));
	if (cs_failed(cs_parts_open(settings, line->clock, &parts, problem)) ||
	    cs_failed(cs_node_start(parts, &node, problem)))
		return complain(problem, CS_EXIT_FAILED);
	CS_LOG0(NULL, SERVER_STARTED);
	cs_systemd_notify("READY=1");
	wait_for_the_end(parts, node, line->config_path, signals);
	cs_node_stop(&node);
	CS_LOG0(NULL, SERVER_STOPPED);
	return CS_EXIT_OK;
}

int
cs_cmd_run(struct cs_command_line *line)
{
	CS_AUTO(cs_settings_free) struct cs_settings *settings = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;

	cs_buf_init(&problem, 4096);
	if (!cs_no_words_left(line))
		return CS_EXIT_USAGE;
	cs_process_harden();
	if (cs_failed(cs_settings_open(line->config_path, &settings, &problem)) ||
	    cs_failed(cs_gateway_check(settings, &problem)) ||
	    cs_failed(cs_parts_check(settings, &problem)))
		return complain(&problem, CS_EXIT_CONFIG);
	return run(&settings, line, &problem);
}
