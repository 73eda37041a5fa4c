# SPDX-License-Identifier: Apache-2.0
"""The program as a person sees it."""
import os
import pty

PROGRAM = os.environ["LOSTLETTER"]


def on_terminal(*arguments, env=None):
    """What a terminal shows of the program, standard input from nowhere."""
    child, screen = pty.fork()
    if child == 0:
        os.environ.update({"TERM": "xterm", **(env or {})})
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(PROGRAM, [PROGRAM, *arguments])
    shown = b""
    try:
        while piece := os.read(screen, 65536):
            shown += piece
    except OSError:  # Linux's way to say that the terminal has closed
        pass
    os.waitpid(child, 0)
    os.close(screen)
    return shown
