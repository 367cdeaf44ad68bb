"""OTLP requests from their bytes: protobuf and JSON."""

import base64
import json
import re

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

from refused import malformed

STRICT = {
    "traces": trace_service_pb2.ExportTraceServiceRequest,
    "logs": logs_service_pb2.ExportLogsServiceRequest,
    "metrics": metrics_service_pb2.ExportMetricsServiceRequest,
}
NESTED_DEEPEST = 100


def with_bytes_for_strings():
    """The same messages with every string made bytes: what is wrong in their texts alone does not keep them from being read."""
    pool = descriptor_pool.DescriptorPool()

    def change(message):
        for field in message.field:
            if field.type == field.TYPE_STRING:
                field.type = field.TYPE_BYTES
        for nested in message.nested_type:
            change(nested)

    def add(file):
        for dependency in file.dependencies:
            add(dependency)
        proto = descriptor_pb2.FileDescriptorProto()
        file.CopyToProto(proto)
        for message in proto.message_type:
            change(message)
        pool.Add(proto)

    classes = {}
    for signal, request in STRICT.items():
        add(request.DESCRIPTOR.file)
        descriptor = pool.FindMessageTypeByName(request.DESCRIPTOR.full_name)
        classes[signal] = message_factory.GetMessageClass(descriptor)
    return classes


LENIENT = with_bytes_for_strings()


def parse_protobuf(signal, content):
    """The message, its texts as bytes. Ids have the length OTLP gives them, or none."""
    message = LENIENT[signal]()
    try:
        message.ParseFromString(content)
    except DecodeError as error:
        raise malformed("not the protobuf message") from error
    check_ids(message)
    return message


def is_utf8_request(signal, content):
    try:
        STRICT[signal]().ParseFromString(content)
        return True
    except DecodeError:
        return False


ID_BYTES = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}


def check_ids(message):
    for field, value in message.ListFields():
        if field.name in ID_BYTES and len(value) != ID_BYTES[field.name]:
            raise malformed(f"an id of {len(value)} bytes")
        if field.message_type is not None:
            for inner in value if field.is_repeated else [value]:
                check_ids(inner)


SURROGATES = re.compile("[\ud800-\udfff]")


def parse_json(signal, content):
    """The message without the items that can't be read, how many these are, and whether its texts are Unicode: JSON can
    escape half a character, which U+FFFD then stands for."""
    try:
        text = content.decode("utf-8")
        tree = json.loads(text, parse_constant=not_json)
        written = json.dumps(tree, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise malformed("not JSON") from error
    is_unicode = SURROGATES.search(written) is None
    if not is_unicode:
        tree = json.loads(SURROGATES.sub("\ufffd", written))
    message = STRICT[signal]()
    rejected = take_bad_items_out(tree, message.DESCRIPTOR)
    try:
        read_json(tree, message)
        lenient = LENIENT[signal]()
        lenient.ParseFromString(message.SerializeToString())
    except (json_format.ParseError, DecodeError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise malformed("not OTLP/JSON") from error
    return lenient, rejected, is_unicode


def not_json(_constant):
    raise ValueError("NaN and Infinity are not JSON")


ITEM = re.compile(r"^(Span|LogRecord|\w*DataPoint)$")


def take_bad_items_out(tree, descriptor):
    if not isinstance(tree, dict):
        return 0
    rejected = 0
    for field in descriptor.fields:
        value = tree.get(field.json_name)
        if field.message_type is None or value is None:
            continue
        if not field.is_repeated:
            rejected += take_bad_items_out(value, field.message_type)
        elif isinstance(value, list) and ITEM.match(field.message_type.name):
            good = [item for item in value if is_readable(item, field.message_type)]
            rejected += len(value) - len(good)
            tree[field.json_name] = good
        elif isinstance(value, list):
            rejected += sum(take_bad_items_out(item, field.message_type) for item in value)
    return rejected


def is_readable(item, descriptor):
    try:
        read_json(item, message_factory.GetMessageClass(descriptor)())
        return True
    except (json_format.ParseError, ValueError, TypeError, AttributeError, RecursionError):
        return False


def read_json(tree, message):
    json_format.ParseDict(as_protobufs_json(tree, message.DESCRIPTOR, 0), message, ignore_unknown_fields=True)


def as_protobufs_json(tree, descriptor, depth):
    """Protobuf's own JSON from OTLP's: there ids are base64; and it takes more names, and names of enumerations."""
    if not isinstance(tree, dict):
        raise ValueError("expected an object")
    if depth > NESTED_DEEPEST:
        raise ValueError("nested too deep")
    fields = {field.json_name: field for field in descriptor.fields}
    return {
        name: field_from_json(fields[name], value, depth)
        for name, value in tree.items()
        if name in fields and value is not None
    }


def field_from_json(field, value, depth):
    if not field.is_repeated:
        return value_from_json(field, value, depth)
    if not isinstance(value, list):
        raise ValueError("expected an array")
    return [value_from_json(field, element, depth) for element in value]


def value_from_json(field, value, depth):
    if field.message_type is not None:
        return as_protobufs_json(value, field.message_type, depth + 1)
    if field.name in ID_BYTES:
        if not re.fullmatch(rf"([0-9a-fA-F]{{{2 * ID_BYTES[field.name]}}})?", value):
            raise ValueError("not an id")
        return base64.b64encode(bytes.fromhex(value)).decode()
    if field.type == field.TYPE_BYTES and not re.fullmatch(r"[A-Za-z0-9+/_-]*={0,2}", value):
        raise ValueError("not base64")
    if field.type not in (field.TYPE_STRING, field.TYPE_BYTES) and isinstance(value, str) and not value.isascii():
        raise ValueError("digits of another script")
    if field.enum_type is not None and isinstance(value, str) and not re.fullmatch(r"-?\d+", value):
        raise ValueError("an enumeration by its name")
    if field.enum_type is not None and (isinstance(value, bool) or isinstance(value, float) and not value.is_integer()):
        raise ValueError("no whole number")
    if field.enum_type is not None and not -(2**31) <= int(value) < 2**31:
        raise ValueError("more than 32 bits")
    if field.enum_type is not None:
        return int(value)
    return value
