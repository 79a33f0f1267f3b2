"""Five layers, from the request down to the parser, by `wrapping`, its decorator and `wrapf`."""

import json

from stackerr import wrapf, wrapping


def parse(text):
    with wrapping("parse %d bytes of JSON", len(text)):
        return json.loads(text)


@wrapping("read object %(key)s")
def read(key):
    return parse('{"id": 42, "phase": queued}')


def load(run_id):
    with wrapping("load run %s", run_id, run_id=run_id):
        return read(f"runs/{run_id}")


def advance(run_id):
    try:
        return load(run_id)
    except ValueError as e:
        raise wrapf(e, "advance run %s", run_id) from e


def run():
    with wrapping("tick of the scheduler"):
        advance(42)
