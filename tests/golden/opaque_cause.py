"""An error behind a barrier: shown in detail, invisible to matching."""

from stackerr import opaque, wrapping


def authenticate(token):
    try:
        return {"t0k3n": "alice"}[token]
    except KeyError as e:
        raise opaque(e, "bad credentials", public="bad credentials") from e


def run():
    with wrapping("authenticate request"):
        authenticate("guess")
