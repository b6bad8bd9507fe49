"""What the tests on a network share: a router of their own, and a domain of their own."""

from __future__ import annotations

import itertools
import os
import queue

import pytest
import zenoh

import ros_z_py

_domains = itertools.count(1 + os.getpid() % 100)


@pytest.fixture(scope="session")
def router():
    """A router inside this process, on a port that the system chose."""
    with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
        yield router


@pytest.fixture
def domain() -> int:
    """A domain that no other test of this run uses."""
    return next(_domains)


@pytest.fixture
def context(router, domain):
    """A context on the router, in the test's domain."""
    with make_context(router, domain) as context:
        yield context


def make_context(router, domain) -> ros_z_py.ZContext:
    builder = ros_z_py.ZContextBuilder().with_domain_id(domain).with_connect_endpoints([router.endpoint])
    return builder.build()


@pytest.fixture
def other_context(router, domain):
    """A second context, as another process would have it."""
    with make_context(router, domain) as context:
        yield context


def raw_session(router):
    """A Zenoh session of its own, a client of the router."""
    config = zenoh.Config()
    config.insert_json5("mode", '"client"')
    config.insert_json5("connect/endpoints", f'["{router.endpoint}"]')
    config.insert_json5("scouting/multicast/enabled", "false")
    return zenoh.open(config)


@pytest.fixture
def raw(router):
    with raw_session(router) as session:
        yield session


@pytest.fixture
def tokens(raw, domain):
    """The liveliness tokens of the domain, as they come and go."""
    seen: queue.Queue[tuple[str, str]] = queue.Queue()
    subscriber = raw.liveliness().declare_subscriber(
        f"@ros2_lv/{domain}/**",
        lambda sample: seen.put((str(sample.kind).rsplit(".", 1)[-1], str(sample.key_expr))),
        history=True,
    )
    yield seen
    subscriber.undeclare()
