# options: wrp-report-internal=package wrp-call-scope=all wrp-call-policy=external
from auth.core import login
import util.core
from util import core as uc
import requests
import acme.one.mod
def f():
    login()  # WRP201
    util.core.helper()  # WRP201
    uc.helper()  # WRP201
    requests.get("x")  # WRP101
