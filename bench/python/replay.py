"""Makes the recorded spans over and over with the Python SDK, as the bare SDK for Node does in ../generator/bare-sdk-process.ts.

The one argument is JSON: endpoint, spans (to make, about), recording (a file), processor (options of the BatchSpanProcessor; its own
defaults where there are none). Prints how many spans it made once all of them are exported or dropped.
"""

import json
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# The recording has the numbers of the JavaScript API, where INTERNAL is 0.
KINDS = list(trace.SpanKind)
SAMPLED = trace.TraceFlags(trace.TraceFlags.SAMPLED)


def nanoseconds(time):
    return time[0] * 1_000_000_000 + time[1]


def link(recorded):
    context = trace.SpanContext(int(recorded["traceId"], 16), int(recorded["spanId"], 16), True, SAMPLED)
    return trace.Link(context)


def replay(tracers, recorded, parent):
    """Makes a span with everything under it and returns how many they were."""
    span = tracers[recorded["resource"]].start_span(
        recorded["name"],
        context=parent,
        kind=KINDS[recorded["kind"]],
        attributes=recorded["attributes"],
        links=[link(each) for each in recorded["links"]],
        start_time=nanoseconds(recorded["startTime"]),
    )
    for event in recorded["events"]:
        span.add_event(event["name"], event["attributes"], nanoseconds(event["time"]))
    status = recorded["status"]
    if status["code"] != 0:
        span.set_status(trace.StatusCode(status["code"]), status.get("message"))
    made = 1
    if recorded["children"]:
        inside = trace.set_span_in_context(span)
        for child in recorded["children"]:
            made += replay(tracers, child, inside)
    span.end(nanoseconds(recorded["endTime"]))
    return made


def main(task):
    with open(task["recording"], encoding="utf-8") as file:
        recording = json.load(file)
    exporter = OTLPSpanExporter(endpoint=task["endpoint"], insecure=True, timeout=60)
    processor = BatchSpanProcessor(exporter, **task.get("processor", {}))
    tracers = []
    for resource in recording["resources"]:
        provider = TracerProvider(resource=Resource(resource["attributes"]), shutdown_on_exit=False)
        provider.add_span_processor(processor)
        tracers.append(provider.get_tracer(resource["scope"]["name"], resource["scope"]["version"]))
    made = 0
    while made < task["spans"]:
        for root in recording["traces"]:
            made += replay(tracers, root, None)
    processor.force_flush(60_000)
    processor.shutdown()
    print(made)


main(json.loads(sys.argv[1]))
