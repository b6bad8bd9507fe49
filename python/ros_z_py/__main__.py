"""``python -m ros_z_py``: the ``ros-z`` command."""

from __future__ import annotations

import signal
import sys

from ._native import main

if __name__ == "__main__":
    # The command has a way of its own to end on Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
