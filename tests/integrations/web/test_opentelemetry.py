"""docs/how-to/opentelemetry.md: the exported span has the event that the page shows."""

import json
import subprocess
import sys

BY_HAND = """
exec(open("app.py").read().partition("try:")[0].replace("ErrorProcessor()", "Nothing()").replace(
    "provider =", "class Nothing(SpanProcessor): pass\\nprovider =").replace(
    "import TracerProvider", "import SpanProcessor, TracerProvider"))
from by_hand import record_error
with tracer.start_as_current_span("outer"):
    try:
        open("runs/42")
    except OSError as err:
        record_error(err)
"""


def event_in(printed):
    span, _ = json.JSONDecoder().raw_decode(printed)
    (event,) = span["events"]
    return event


def test_the_span_has_the_event_that_the_page_shows(open_page):
    """The SDK's own exporter prints it."""
    page = open_page("opentelemetry")
    assert event_in(page.run())["attributes"] == json.loads(page.data[0])


def test_an_error_can_be_recorded_by_hand(open_page):
    """The second example of the page works without the processor."""
    page = open_page("opentelemetry")
    done = subprocess.run(
        [sys.executable, "-c", BY_HAND],
        cwd=page.folder,
        env=page.environment(),
        capture_output=True,
        text=True,
        timeout=30,
    )
    stacktrace = event_in(done.stdout)["attributes"]["exception.stacktrace"]
    assert stacktrace.startswith("[Errno 2] No such file or directory: 'runs/42' [")
