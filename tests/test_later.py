"""Names that are loaded when they are first used. The table itself is tested in house/test_front_door.py."""

import subprocess
import sys


def test_a_room_is_loaded_on_first_use():
    """Importing the library and wrapping loads no printer; asking for one does."""
    script = """
import sys, stackerr
err = stackerr.wrap(KeyError("id"), "m")
assert "stackerr._text" not in sys.modules
stackerr.compact(err)
assert "stackerr._text" in sys.modules
from stackerr import *
assert join is stackerr.join
"""
    subprocess.run([sys.executable, "-c", script], check=True)
