# options: wrp-call-scope=all
import json


def calls(path):
    json.load(path)  # WRP101
