/*
 * convert_export.h - the half of libexec/countersign/convert that writes other programs' files
 * (docs/protocol/vault.md §4).
 */
#ifndef CS_CLI_CONVERT_EXPORT_H
#define CS_CLI_CONVERT_EXPORT_H

/*
 * Entries on standard input, a password on descriptor 3; the answer on standard output. Enters the
 * sandbox. Returns the exit status: 3 when the answer is a problem.
 */
int cs_convert_export(const char *format);

#endif
