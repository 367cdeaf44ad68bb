"""AnyValue as text, as the OpenTelemetry Collector's clickhouseexporter writes it; texts are bytes."""

import base64
import json
import math
from decimal import Decimal



class NotJson(Exception):
    """A value JSON has no form for: the whole text is left empty."""


def text_of(value):
    case = value.WhichOneof("value")
    if case is None:
        return b""
    if case == "string_value":
        return value.string_value
    if case == "double_value":
        return double_text(value.double_value)
    if case == "bytes_value":
        return base64.b64encode(value.bytes_value)
    if case in ("array_value", "kvlist_value"):
        try:
            return json_of(value)
        except NotJson:
            return b""
    return scalar_json(value, case)


def scalar_json(value, case):
    if case == "bool_value":
        return b"true" if value.bool_value else b"false"
    return str(value.int_value).encode()


def json_of(value):
    case = value.WhichOneof("value")
    if case is None:
        return b"null"
    if case == "string_value":
        return json_string(value.string_value)
    if case == "double_value":
        if not math.isfinite(value.double_value):
            raise NotJson
        return double_text(value.double_value)
    if case == "bytes_value":
        return b'"' + base64.b64encode(value.bytes_value) + b'"' if value.bytes_value else b"null"
    if case == "array_value":
        return b"[" + b",".join(json_of(item) for item in value.array_value.values) + b"]"
    if case == "kvlist_value":
        members = {member.key: json_of(member.value) for member in value.kvlist_value.values}
        return b"{" + b",".join(json_string(key) + b":" + members[key] for key in sorted(members)) + b"}"
    return scalar_json(value, case)


def json_string(text):
    written = json.dumps(text.decode("utf-8", "replace"), ensure_ascii=False)
    return written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def double_text(number):
    """The shortest digits that read back as the same number, with an exponent from 1e21 up and below 1e-6."""
    if math.isnan(number):
        return b"NaN"
    if math.isinf(number):
        return b"Infinity" if number > 0 else b"-Infinity"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    minus = "-" if sign else ""
    if number == 0:
        return (minus + "0").encode()
    text = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(text)
    magnitude = exponent + len(text) - 1
    if 1e-6 <= abs(number) < 1e21:
        return (minus + format(Decimal((0, tuple(map(int, text)), exponent)), "f")).encode()
    fraction = "." + text[1:] if len(text) > 1 else ""
    return f"{minus}{text[0]}{fraction}e{'+' if magnitude > 0 else ''}{magnitude}".encode()
