"""Errors of the project."""

class StoreError(Exception):
    pass
class NotFound(StoreError):
    pass
def read(k):
    raise NotFound(k)
