"""`python -m executor` is the command `executor`."""

from .command import main

main()
