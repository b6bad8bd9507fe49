"""``python -m ros_z_py``: the ``ros-z`` command."""

from __future__ import annotations

import sys

from ._native import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
