"""The authenticated front of the runs: `gateway serve` and, for users, `ci`; see `README.md`.

Nothing is imported here, so that `ci` need not load a web server.
"""
