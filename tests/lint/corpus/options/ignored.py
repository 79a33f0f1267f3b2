# options: wrp-call-policy=external wrp-ignore-sigs=json.loads(,.fetch( wrp-extra-ignore-sigs=initech.other( wrp-ignore-sig-regexps=^initech\.new\w+\(
# options: wrp-ignore-packages=boto*,xml.* wrp-ignore-interface-regexps=Thing$ wrp-ignore-delegates=true
import json
import xml.etree.ElementTree as ET

import initech
import boto3
import logging
import ujson
from stackerr import wrap


def calls(path, thing: initech.Thing, other: initech.Other):
    json.loads(path)
    ujson.loads(path)  # WRP101
    json.load(path)  # WRP101
    initech.fetch(path)
    initech.other(path)
    initech.new_one(path)
    initech.old_one(path)  # WRP101
    boto3.client("s3").put_object()
    ET.parse(path)
    thing.go()
    other.go()  # WRP101
    logging.info("x")  # WRP101
    return wrap(path, "x")


def delegate(path):
    """Is one return."""
    return initech.go(path)


async def delegate_async(path):
    return await initech.go(path)


def not_one(path):
    path = path + "x"
    return initech.go(path)  # WRP101
