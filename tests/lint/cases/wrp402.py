"""WRP402 log-raise."""

import logging
import sys
import warnings

from loguru import logger as loguru

from stackerr import wrap

log = logging.getLogger(__name__)


def reraises(work):
    try:
        work()
    except Exception:
        log.error("x")  # WRP402
        raise


def wraps(work):
    try:
        work()
    except Exception as err:
        logging.exception("x")  # WRP402
        raise wrap(err, "x") from err


def several(work, logger):
    try:
        work()
    except Exception as err:
        logger.warning("x")  # WRP402
        loguru.critical("x")  # WRP402
        log.log(logging.ERROR, "x")  # WRP402
        raise ValueError("x") from err


class Thing:
    def run(self, work):
        try:
            work()
        except Exception:
            self.logger.exception("x")  # WRP402
            if work:
                self.close()
            raise


def quiet(work):
    try:
        work()
    except Exception:
        log.info("x")
        log.debug("x")
        log.log(logging.INFO, "x")
        warnings.warn("x")
        print("x")
        raise


def other_paths(work):
    try:
        work()
    except Exception:
        if work:
            log.error("x")
        else:
            raise


def returns(work):
    try:
        work()
    except Exception:
        if work:
            log.error("x")
            return None
        raise


def some_path(work):
    try:
        work()
    except Exception:
        if work:
            log.error("x")  # WRP402
        raise


def loops(work):
    while True:
        try:
            work()
        except Exception:
            log.error("x")
            if work:
                continue
            break


def loops_and_raises(work):
    for attempt in range(3):
        try:
            work()
        except Exception:
            log.warning("x")  # WRP402
            if attempt == 2:
                raise


def raises_first(work):
    try:
        work()
    except Exception:
        raise
        log.error("x")


def stops(work):
    try:
        work()
    except Exception:
        log.error("x")
        sys.exit(1)


def exits(work):
    try:
        work()
    except Exception:
        log.error("x")
        raise SystemExit(1)


def swallowed(work):
    try:
        work()
    except Exception:
        log.error("x")


def nested(work):
    try:
        work()
    except Exception:
        log.error("x")

        def later():
            raise ValueError("x")

        return later


def in_with(work, lock):
    try:
        work()
    except Exception:
        with lock:
            log.error("x")  # WRP402
        raise


def not_a_logger(work, table):
    try:
        work()
    except Exception:
        table.error("x")
        raise
