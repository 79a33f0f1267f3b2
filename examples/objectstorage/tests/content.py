"""What is in a storage, for the tests that every backend must pass."""


def keys_of(found):
    return [info.key for info in found]


def read(storage, key):
    with storage.read(key) as stream:
        return stream.read()
