"""What a monitor reads, in Prometheus' text form: counts and ages, nobody's data."""

from ipaddress import ip_address

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from lms.home.queries import Health


def may_read(address: str | None, *, forwarded: bool) -> bool:
    """Say whether the asker sits on this machine; what a proxy passed on does not."""
    try:
        return not forwarded and ip_address(address or "").is_loopback
    except ValueError:
        return False


def text(health: Health) -> bytes:
    """Return the metrics of one instant; made anew each time, so that any process may be asked."""
    registry = CollectorRegistry()
    rows = Gauge("onramp_rows", "Rows in use, by kind", ["kind"], registry=registry)
    for kind, count in health.counts.items():
        rows.labels(kind).set(count)
    gauges = {
        "onramp_schema_ready": ("1 where the tables are those that the code expects", float(health.schema_ready)),
        "onramp_open_attempts": ("Attempts that are being sat", float(health.open_attempts)),
        "onramp_sweeper_lag_seconds": (
            "For how long the oldest overdue attempt has waited to be settled",
            health.waiting.total_seconds() if health.waiting else 0.0,
        ),
    }
    for name, (words, value) in gauges.items():
        Gauge(name, words, registry=registry).set(value)
    return generate_latest(registry)
