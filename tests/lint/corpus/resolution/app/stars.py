from stackerr import wrap

from .everything import *
from os.path import *


def starred(text):
    fetch(text)  # WRP101
    session.get(text)  # WRP101
    make_session().get(text)  # WRP101
    return getsize(text), wrap
