# options: wrp-enable=WRP104
"""WRP104 escaped."""

import json
import logging
import os

import requests

from stackerr import is_err, wrap

log = logging.getLogger(__name__)


def returned():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        return err  # WRP104


def returned_in_a_tuple():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        return None, err  # WRP104


def returned_wrapped():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        return wrap(err, "fetch")


def yielded():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        yield err  # WRP104


def handed_on(queue, future, errors, callback):
    try:
        requests.get("x")
    except requests.HTTPError as err:
        queue.put(err)  # WRP104
        queue.put_nowait(err)  # WRP104
        future.set_exception(err)  # WRP104
        errors.append(err)  # WRP104
        errors["x"] = err  # WRP104
        callback(err)  # WRP104
        queue.put(wrap(err, "fetch"))
        future.set_exception(wrap(err, "fetch"))


class Client:
    def run(self):
        try:
            requests.get("x")
        except requests.HTTPError as err:
            self.last_error = err  # WRP104
            self.on_error(err)  # WRP104
            self.last_error = wrap(err, "fetch")


def looked_at():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        log.error("x", err)
        print(err)
        if is_err(err, requests.Timeout) or isinstance(err, requests.Timeout):
            return str(err)
        message = str(err)
        return {"error": message, "code": err.response}


def builtin(path):
    try:
        os.remove(path)
    except OSError as err:
        return err  # WRP104


def broad(future):
    try:
        json.loads("x")
    except Exception as err:
        future.set_exception(err)  # WRP104


def own(table):
    try:
        table["x"]
    except KeyError as err:
        return err


def latest_assignment():
    problem = None
    try:
        requests.get("x")
    except requests.HTTPError as err:
        problem = err
    return problem  # WRP104


def latest_assignment_wraps():
    problem = None
    try:
        requests.get("x")
    except requests.HTTPError as err:
        problem = wrap(err, "fetch")
    return problem
