"""Fields on several layers, well-known ones among them."""

from stackerr import Error, wrapping


class QuotaError(Error):
    pass


def reserve(size):
    raise QuotaError("quota exceeded", limit=1024, wanted=size, code="E_QUOTA", hint="delete old archives")


def run():
    with wrapping("save cache", key="pip-3.11", public="the cache is full"):
        reserve(4096)
