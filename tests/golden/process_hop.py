"""The chain of an error that comes home from another process."""

import concurrent.futures
import multiprocessing

from stackerr import wrapping


def work(key):
    with wrapping("read object %s", key, key=key):
        open(f"/nonexistent/{key}")


def run():
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool, wrapping("load run 42"):
        pool.submit(work, "runs/42").result()
