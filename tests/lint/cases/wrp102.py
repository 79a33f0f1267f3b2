"""WRP102 external-reraise."""

import asyncio
import json
import os

import requests

from stackerr import ErrorGroup, wrap, wrapping


def bare():
    try:
        requests.get("x")
    except requests.HTTPError:
        print("x")
        raise  # WRP102


def by_name():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        raise err  # WRP102


def with_traceback(tb):
    try:
        requests.get("x")
    except requests.HTTPError as err:
        raise err.with_traceback(tb)  # WRP102


def from_none():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        raise err from None  # WRP102


def wrapped():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        raise wrap(err, "fetch") from err


def builtin_with_external_call(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        print(path)
        raise  # WRP102


def builtin_without_external_call(table):
    try:
        table["x"]
    except KeyError:
        print(table)
        raise


def broad(path):
    try:
        os.remove(path)
    except Exception:
        print(path)
        raise


def bare_except(path):
    try:
        os.remove(path)
    except:
        print(path)
        raise


async def control_flow():
    try:
        await asyncio.wait_for(None, 1)  # WRP101
    except asyncio.CancelledError:
        print("x")
        raise
    except KeyboardInterrupt:
        raise


def conditional():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        if err.response.status_code == 404:
            return None
        raise  # WRP102


def several_types():
    try:
        requests.get("x")
    except (ValueError, requests.HTTPError):
        print("x")
        raise  # WRP102


def ahead_of_a_broader_handler():
    try:
        requests.get("x")
    except requests.Timeout:
        raise
    except requests.RequestException as err:
        raise wrap(err, "fetch") from err


def ahead_of_exception(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        raise
    except Exception as err:
        raise wrap(err, "remove") from err


def not_ahead():
    try:
        requests.get("x")
    except requests.RequestException:
        raise  # WRP102


def covered():
    with wrapping("fetch"):
        try:
            requests.get("x")
        except requests.HTTPError:
            print("x")
            raise


@wrapping("fetch")
def covered_by_decorator():
    try:
        requests.get("x")
    except requests.HTTPError:
        print("x")
        raise


def outer_handler():
    try:
        try:
            requests.get("x")
        except requests.HTTPError:
            print("x")
            raise
    except requests.RequestException as err:
        raise wrap(err, "fetch") from err


def wrapped_within():
    try:
        with wrapping("fetch"):
            requests.get("x")
    except requests.HTTPError:
        print("x")
        raise


def latest_assignment():
    last = None
    try:
        requests.get("x")
    except requests.HTTPError as err:
        last = err
    if last is not None:
        raise last  # WRP102


def latest_assignment_wraps():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        err = wrap(err, "fetch")
        raise err


def assigned_elsewhere(other):
    try:
        requests.get("x")
    except requests.HTTPError as err:
        problem, _ = err, other
        raise problem  # WRP102


def nested_function():
    try:
        requests.get("x")
    except requests.HTTPError:

        def later():
            raise

        return later


def own_type():
    try:
        requests.get("x")  # WRP101
    except LookupFailed:
        print("x")
        raise


class LookupFailed(Exception):
    pass


def literal_names(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError as err:
        print(err)
        raise  # WRP102


def group():
    try:
        requests.get("x")
    except* requests.HTTPError as err:
        print(err)
        raise  # WRP102


GROUP = ErrorGroup
