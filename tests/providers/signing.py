"""Bedrock by botocore: its model of Converse, and its signer."""

import base64
import binascii
import copy
import functools
import re

import botocore.awsrequest
import botocore.auth
import botocore.credentials
import botocore.session
import botocore.validate

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDOFTHETEST", "AWS_SECRET_ACCESS_KEY": "secret/of+the/test", "AWS_SESSION_TOKEN": "token/of+it==",
        "AWS_REGION": "eu-central-1"}


@functools.cache
def converse():
    return botocore.session.get_session().get_service_model("bedrock-runtime").operation_model("Converse")


def with_bytes(value, shape):
    """The value as a caller of botocore gives it: bytes where the wire has base64."""
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            return value
    if getattr(shape, "is_document_type", False):
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {name: with_bytes(each, shape.members[name]) if name in shape.members else each for name, each in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [with_bytes(each, shape.member) for each in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: with_bytes(each, shape.value) for name, each in value.items()}
    return value


def limits(value, shape, path):
    """What the model of the service says and botocore leaves to the service: values, patterns, lengths."""
    if getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, each in value.items():
            if name in shape.members:
                yield from limits(each, shape.members[name], f"{path}.{name}" if path else name)
    elif shape.type_name == "list" and isinstance(value, list):
        for each in value:
            yield from limits(each, shape.member, f"{path}[]")
    elif shape.type_name == "string" and isinstance(value, str):
        if getattr(shape, "enum", None) and value not in shape.enum:
            yield path, f"{value!r} is none of the values there are"
        pattern = shape.metadata.get("pattern")
        if pattern and not re.search(pattern, value):
            yield path, f"{value[:40]!r} does not fit {pattern}"
        if len(value) > shape.metadata.get("max", len(value)) or len(value) < shape.metadata.get("min", 0):
            yield path, f"a text of {len(value)} characters"


def converse_misfits(body):
    shape = converse().input_shape
    given = with_bytes(copy.deepcopy(body), shape)
    given["modelId"] = "a-model"  # which stands in the path
    report = botocore.validate.ParamValidator().validate(given, shape).generate_report()
    out = [("", re.sub(r"\[\d+\]", "[]", line)) for line in report.splitlines()]
    return out + [(where, what) for where, what in limits(given, shape, "") if where != "modelId"]


def signature_misfits(capture):
    headers = {name.lower(): value for name, value in capture["headers"].items()}
    given = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=(\w+)",
                         headers.get("authorization", ""))
    if not given:
        return [f"signature: {headers.get('authorization')}"]
    signed = given[2].split(";")
    out = [f"signature: {name} is not signed" for name in ("host", "x-amz-date") if name not in signed]
    if headers.get("x-amz-security-token") != KEYS["AWS_SESSION_TOKEN"]:
        out.append("signature: no session token")
    request = botocore.awsrequest.AWSRequest(
        method="POST", url=f"http://{headers['host']}{capture['path']}", data=capture["raw"].encode(),
        headers={name: headers[name] for name in signed})
    request.context["timestamp"] = headers["x-amz-date"]
    keys = botocore.credentials.Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"], KEYS["AWS_SESSION_TOKEN"])
    signer = botocore.auth.SigV4Auth(keys, "bedrock", KEYS["AWS_REGION"])
    right = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    if right != given[3]:
        out.append("signature: botocore's is another")
    if given[1] != signer.scope(request):
        out.append(f"signature: the scope {given[1]}")
    return out
