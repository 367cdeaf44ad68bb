"""What a request should become, by a decoder that shares nothing with the collector.

Reads requests from standard input, each as two lengths (uint32, little-endian), a header in JSON and a body; answers one
line of JSON each:

    {"accept": true, "rejected": 0, "rows": [["otel_traces", {column: value, ...}], ...]}
    {"accept": false, "answers": ["grpc 3", "http 400"], "why": "...", "rows": [...]}

`answers` are the refusals that fit. A request that is refused for nothing but a text that is no Unicode has the rows it would
have become. Texts are bytes, one character each.
"""

import json
import struct
import sys

from messages import is_utf8_request, parse_json, parse_protobuf
from refused import Refused
from rows import rows_of
from transport import request_of


def answer(header, body):
    try:
        signal, encoding, content = request_of(header, body)
        if encoding == "json":
            message, rejected, is_unicode = parse_json(signal, content)
            rows = rows_of(signal, message)
            if is_unicode:
                return {"accept": True, "rejected": rejected, "rows": rows}
            return {"accept": False, "answers": ["http 400"], "why": "half a character", "rows": rows}
        message = parse_protobuf(signal, content)
        rows = rows_of(signal, message)
        if is_utf8_request(signal, content):
            return {"accept": True, "rejected": 0, "rows": rows}
        return {"accept": False, "answers": ["grpc 3", "http 400"], "why": "not UTF-8", "rows": rows}
    except Refused as refused:
        return {"accept": False, "answers": refused.answers, "why": refused.why, "rows": []}


def main():
    source = sys.stdin.buffer
    while lengths := source.read(8):
        header_length, body_length = struct.unpack("<II", lengths)
        header = json.loads(source.read(header_length))
        print(json.dumps(answer(header, source.read(body_length))), flush=True)


main()
