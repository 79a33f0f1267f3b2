# options: wrp-boundary-modules=*boundary
import json


def calls(path):
    json.load(path)  # WRP101
