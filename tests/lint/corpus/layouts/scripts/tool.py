# options: wrp-report-internal=package wrp-call-scope=all
from shop.store.disk import read
import helper
import json
def main():
    read(1)  # WRP201
    helper.go()
    json.load(1)  # WRP101
