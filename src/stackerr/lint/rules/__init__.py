"""The rules, one a module, in the order of their codes."""

from stackerr.lint.rules import (
    wrp101,
    wrp102,
    wrp103,
    wrp104,
    wrp105,
    wrp201,
    wrp202,
    wrp301,
    wrp302,
    wrp303,
    wrp401,
    wrp402,
)

RULES = (wrp101, wrp102, wrp103, wrp104, wrp105, wrp201, wrp202, wrp301, wrp302, wrp303, wrp401, wrp402)

__all__ = ["RULES"]
