"""`python -m runservice` is the command `runservice`."""

from .cli import main

if __name__ == "__main__":
    main()
