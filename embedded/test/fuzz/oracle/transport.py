"""OTLP/gRPC's and OTLP/HTTP's rules around a message: https://opentelemetry.io/docs/specs/otlp/,
https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and doc/compression.md."""

import zlib

from refused import Refused

SERVICES = {
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export": "traces",
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export": "logs",
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": "metrics",
}
PATHS = {"/v1/traces": "traces", "/v1/logs": "logs", "/v1/metrics": "metrics"}
MEDIA_TYPES = {"application/x-protobuf": "protobuf", "application/json": "json"}

MAX_BYTES = 16_000_000


def request_of(header, body):
    """Signal, encoding ("protobuf" or "json") and message of a request."""
    return grpc_request(header, body) if header["transport"] == "grpc" else http_request(header, body)


def grpc_request(header, frames):
    headers = header["headers"]
    content_type = headers.get("content-type", "")
    if content_type != "application/grpc" and not content_type.startswith(("application/grpc+", "application/grpc;")):
        raise Refused("not gRPC", "http 415", "http 400")
    signal = SERVICES.get(header["path"])
    if signal is None:
        raise Refused("no such method", "grpc 12")
    if header["method"] != "POST":
        raise Refused("not POST", "http 405", "http 415", "http 400")
    encoding = headers.get("grpc-encoding", "identity")
    if encoding not in ("identity", "gzip", "deflate"):
        raise Refused("unknown encoding", "grpc 12")
    if len(frames) < 5:
        raise Refused("no message", "grpc 3", "grpc 12", "grpc 13")
    flag, length = frames[0], int.from_bytes(frames[1:5], "big")
    if flag > 1:
        raise Refused("a compressed flag that is neither 0 nor 1", "grpc 12", "grpc 13")
    if length > MAX_BYTES:
        raise Refused("too large", "grpc 8")
    if len(frames) != 5 + length:
        raise Refused("a length that is not the message's", "grpc 3", "grpc 12", "grpc 13", "grpc 8")
    if flag == 0:
        return signal, "protobuf", frames[5:]
    if encoding == "identity":
        raise Refused("compressed, and no encoding named", "grpc 13", "grpc 12")
    content = inflated(encoding, frames[5:])
    if content is None:
        raise Refused(f"not {encoding}", "grpc 13", "grpc 3")
    if len(content) > MAX_BYTES:
        raise Refused("too large", "grpc 8")
    return signal, "protobuf", content


def http_request(header, body):
    signal = PATHS.get(header["path"].split("?", 1)[0])
    if signal is None:
        raise Refused("no such path", "http 404")
    if header["method"] != "POST":
        raise Refused("not POST", "http 405")
    headers = header["headers"]
    encoding = MEDIA_TYPES.get(headers.get("content-type", "").split(";", 1)[0].strip().lower())
    if encoding is None:
        raise Refused("unknown media type", "http 415")
    content_encoding = headers.get("content-encoding", "").lower()
    if content_encoding not in ("", "identity", "gzip", "deflate"):
        raise Refused("unknown encoding", "http 415")
    if len(body) > MAX_BYTES:
        raise Refused("too large", "http 413")
    if content_encoding in ("", "identity"):
        return signal, encoding, body
    content = inflated(content_encoding, body)
    if content is None:
        raise Refused(f"not {content_encoding}", "http 400")
    if len(content) > MAX_BYTES:
        raise Refused("too large", "http 413")
    return signal, encoding, content


def inflated(encoding, data):
    """The content, or one byte more of it than may be; None where `data` is not of that encoding as a whole."""
    window = 31 if encoding == "gzip" else 15
    content = b""
    while True:
        stream = zlib.decompressobj(window)
        try:
            content += stream.decompress(data, MAX_BYTES + 1 - len(content))
        except zlib.error:
            return None
        if len(content) > MAX_BYTES:
            return content
        if not stream.eof:
            return None
        # A gzip file may be several in a row (RFC 1952).
        data = stream.unused_data
        if not data:
            return content
        if encoding != "gzip":
            return None
