"""Write one object again and again, each time of another letter, until killed: `python writer.py URL SIZE PAUSE`."""

import itertools
import sys
import time

from objectstorage import open_storage


class Slow:
    """A stream that takes its time, so that a kill comes in the middle."""

    def __init__(self, letter, size, pause):
        self.letter, self.left, self.pause = letter, size, pause

    def read(self, size):
        time.sleep(self.pause)
        piece = self.letter * min(size, self.left, 1 << 20)
        self.left -= len(piece)
        return piece


def main(url, size, pause):
    with open_storage(url) as storage:
        for letter in itertools.cycle((b"a", b"b", b"c")):
            storage.write("k", Slow(letter, size, pause))
            print(letter.decode(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
