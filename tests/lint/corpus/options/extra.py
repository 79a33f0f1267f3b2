# options: wrp-extra-fallible=initech.fetch,initech.Client.* wrp-wrap-functions=initech.because wrp-wrap-contexts=initech.during,guard
import initech
from stackerr import wrap


def calls(path, guard):
    initech.fetch(path)  # WRP101
    initech.Client().go()  # WRP101
    initech.other(path)
    with initech.during("x"):
        initech.fetch(path)
    with guard("x"):
        initech.fetch(path)
    try:
        initech.fetch(path)
    except initech.Error as err:
        raise initech.because(err)
    return wrap


@initech.during("x")
def decorated(path):
    initech.fetch(path)
