/* countersignd: the server. Everything it does is in commands.c; see docs/architecture.md. */
#include "app/command.h"

int
main(int argc, char **argv)
{
	return cs_app_main(argc, argv, &cs_clock_wall);
}
