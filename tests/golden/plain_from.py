"""A plain `raise … from` chain of code that has never heard of stackerr."""


class ConfigError(Exception):
    pass


def read(settings):
    try:
        return settings["port"]
    except KeyError as e:
        raise ConfigError("no port in section [server]") from e


def run():
    try:
        read({})
    except ConfigError as e:
        raise RuntimeError("cannot start") from e
