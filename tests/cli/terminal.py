"""Run a program on a terminal of its own: python3 terminal.py COLUMNS ROWS PROGRAM WORD...

Standard input is typed, what the terminal shows goes to standard output; the exit status is the
program's, 128 + signal when one ended it.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios

columns, rows, words = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    # by the child itself, so that the program never sees another size
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(words[0], words)
watched = [terminal, 0]
while terminal in watched:
    for fd in select.select(watched, [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            watched.remove(fd)
        else:
            os.write(1 if fd == terminal else terminal, data)
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
