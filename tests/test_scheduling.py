"""Tests of one group are run by one worker, and so are those that a module's fixture serves."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def made():
    return {}


def group(request) -> str:
    """What the name of a test says of its group, which is all that tells workers of it.

    Where pytest has other names than xdist thinks, no group is kept together, and nothing says so.
    """
    grouped = getattr(request.config.option, "loadgroup", False)
    return request.node.nodeid.rpartition("@")[2] if grouped else ""


@pytest.mark.xdist_group("a group of one")
def test_a_group(request):
    assert group(request) in ("", "a group of one")


def test_the_tests_of_a_fixture(made, request):
    assert group(request) in ("", "tests/test_scheduling.py")
