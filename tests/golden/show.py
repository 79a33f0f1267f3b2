"""Print one situation in every form that a person may meet: `python show.py SITUATION`."""

import importlib
import sys
import traceback

import stackerr


def main(name):
    situation = importlib.import_module(name)
    try:
        situation.run()
    except BaseException as err:
        print(f"# {situation.__doc__.strip()}\n")
        print(f"## compact\n\n{stackerr.compact(err)}\n")
        print(f"## detailed\n\n{stackerr.detailed(err)}\n")
        print("## Python's own traceback\n")
        traceback.print_exception(err, file=sys.stdout)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    main(sys.argv[1])
