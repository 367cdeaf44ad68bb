"""The rows a request becomes, column by column, as the OpenTelemetry Collector's clickhouseexporter writes them."""

import struct

from any_value import text_of

KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"]
STATUSES = ["Unset", "Ok", "Error"]
SERVICE = b"service.name"


def rows_of(signal, message):
    return list({"traces": trace_rows, "logs": log_rows, "metrics": metric_rows}[signal](message))


def text(value):
    """Bytes, one character each."""
    return value.decode("latin-1")


def attributes(pairs):
    return sorted([text(pair.key), text(text_of(pair.value))] for pair in pairs)


def service(resource):
    return next((text(text_of(pair.value)) for pair in resource.attributes if pair.key == SERVICE), "")


def hex_id(value):
    return value.hex() if any(value) else ""


def nanoseconds(value):
    """DateTime64(9): 64 bits, signed."""
    return str(value - 2**64 if value >= 2**63 else value)


def second(value):
    """DateTime: 32 bits."""
    return value // 10**9 % 2**32


def bits(number):
    """A Float64 exactly."""
    return str(struct.unpack("<Q", struct.pack("<d", number))[0])


def named(names, number):
    return names[number] if 0 <= number < len(names) else ""


def trace_rows(message):
    for of_resource in message.resource_spans:
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield "otel_traces", {
                    "Timestamp": nanoseconds(span.start_time_unix_nano),
                    "TraceId": hex_id(span.trace_id),
                    "SpanId": hex_id(span.span_id),
                    "ParentSpanId": hex_id(span.parent_span_id),
                    "TraceState": text(span.trace_state),
                    "SpanName": text(span.name),
                    "SpanKind": named(KINDS, span.kind),
                    "ServiceName": service(of_resource.resource),
                    "ResourceAttributes": attributes(of_resource.resource.attributes),
                    "ScopeName": text(of_scope.scope.name),
                    "ScopeVersion": text(of_scope.scope.version),
                    "SpanAttributes": attributes(span.attributes),
                    "Duration": str((span.end_time_unix_nano - span.start_time_unix_nano) % 2**64),
                    "StatusCode": named(STATUSES, span.status.code),
                    "StatusMessage": text(span.status.message),
                    "Events.Timestamp": [nanoseconds(event.time_unix_nano) for event in span.events],
                    "Events.Name": [text(event.name) for event in span.events],
                    "Events.Attributes": [attributes(event.attributes) for event in span.events],
                    "Links.TraceId": [hex_id(link.trace_id) for link in span.links],
                    "Links.SpanId": [hex_id(link.span_id) for link in span.links],
                    "Links.TraceState": [text(link.trace_state) for link in span.links],
                    "Links.Attributes": [attributes(link.attributes) for link in span.links],
                }


def log_rows(message):
    for of_resource in message.resource_logs:
        for of_scope in of_resource.scope_logs:
            for record in of_scope.log_records:
                yield "otel_logs", {
                    "Timestamp": nanoseconds(record.time_unix_nano or record.observed_time_unix_nano),
                    "TraceId": hex_id(record.trace_id),
                    "SpanId": hex_id(record.span_id),
                    "TraceFlags": record.flags % 256,
                    "SeverityText": text(record.severity_text),
                    "SeverityNumber": record.severity_number % 256,
                    "ServiceName": service(of_resource.resource),
                    "Body": text(text_of(record.body)),
                    "ResourceSchemaUrl": text(of_resource.schema_url),
                    "ResourceAttributes": attributes(of_resource.resource.attributes),
                    "ScopeSchemaUrl": text(of_scope.schema_url),
                    "ScopeName": text(of_scope.scope.name),
                    "ScopeVersion": text(of_scope.scope.version),
                    "ScopeAttributes": attributes(of_scope.scope.attributes),
                    "LogAttributes": attributes(record.attributes),
                    "EventName": text(record.event_name),
                }


def metric_rows(message):
    for of_resource in message.resource_metrics:
        for of_scope in of_resource.scope_metrics:
            for metric in of_scope.metrics:
                kind = metric.WhichOneof("data")
                if kind is None:
                    continue
                data = getattr(metric, kind)
                for point in data.data_points:
                    yield f"otel_metrics_{kind}", {
                        "ResourceAttributes": attributes(of_resource.resource.attributes),
                        "ResourceSchemaUrl": text(of_resource.schema_url),
                        "ScopeName": text(of_scope.scope.name),
                        "ScopeVersion": text(of_scope.scope.version),
                        "ScopeAttributes": attributes(of_scope.scope.attributes),
                        "ScopeDroppedAttrCount": of_scope.scope.dropped_attributes_count,
                        "ScopeSchemaUrl": text(of_scope.schema_url),
                        "ServiceName": service(of_resource.resource),
                        "MetricName": text(metric.name),
                        "MetricDescription": text(metric.description),
                        "MetricUnit": text(metric.unit),
                        "Attributes": attributes(point.attributes),
                        "StartTimeUnix": second(point.start_time_unix_nano),
                        "TimeUnix": second(point.time_unix_nano),
                        "Flags": point.flags,
                        **POINTS[kind](data, point),
                    }


def exemplars(point):
    return {
        "Exemplars.FilteredAttributes": [attributes(each.filtered_attributes) for each in point.exemplars],
        "Exemplars.TimeUnix": [second(each.time_unix_nano) for each in point.exemplars],
        "Exemplars.Value": [bits(number(each)) for each in point.exemplars],
        "Exemplars.SpanId": [(each.span_id or bytes(8)).hex() for each in point.exemplars],
        "Exemplars.TraceId": [(each.trace_id or bytes(16)).hex() for each in point.exemplars],
    }


def number(point):
    case = point.WhichOneof("value")
    return 0.0 if case is None else float(getattr(point, case))


def gauge(_data, point):
    return {"Value": bits(number(point)), **exemplars(point)}


def sum_(data, point):
    return {
        **gauge(data, point),
        "AggregationTemporality": data.aggregation_temporality,
        "IsMonotonic": data.is_monotonic,
    }


def histogram(data, point):
    return {
        "Count": str(point.count),
        "Sum": bits(point.sum),
        "BucketCounts": [str(count) for count in point.bucket_counts],
        "ExplicitBounds": [bits(bound) for bound in point.explicit_bounds],
        **exemplars(point),
        "Min": bits(point.min),
        "Max": bits(point.max),
        "AggregationTemporality": data.aggregation_temporality,
    }


def exponential_histogram(data, point):
    return {
        "Count": str(point.count),
        "Sum": bits(point.sum),
        "Scale": point.scale,
        "ZeroCount": str(point.zero_count),
        "PositiveOffset": point.positive.offset,
        "PositiveBucketCounts": [str(count) for count in point.positive.bucket_counts],
        "NegativeOffset": point.negative.offset,
        "NegativeBucketCounts": [str(count) for count in point.negative.bucket_counts],
        **exemplars(point),
        "Min": bits(point.min),
        "Max": bits(point.max),
        "AggregationTemporality": data.aggregation_temporality,
    }


def summary(_data, point):
    return {
        "Count": str(point.count),
        "Sum": bits(point.sum),
        "ValueAtQuantiles.Quantile": [bits(each.quantile) for each in point.quantile_values],
        "ValueAtQuantiles.Value": [bits(each.value) for each in point.quantile_values],
    }


POINTS = {
    "gauge": gauge,
    "sum": sum_,
    "histogram": histogram,
    "exponential_histogram": exponential_histogram,
    "summary": summary,
}
