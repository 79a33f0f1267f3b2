# options: wrp-report-internal=package wrp-call-scope=all wrp-call-policy=external
from acme.one.mod import x
from acme.one import mod
import acme.one.mod
import acmeother
def f():
    x()  # WRP201
    mod.x()  # WRP201
    acme.one.mod.x()  # WRP201
    acmeother.x()  # WRP101
