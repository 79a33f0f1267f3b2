"""A module of the same package."""


def neighbour():
    return 1
