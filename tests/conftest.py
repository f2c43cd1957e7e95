"""Options, hypothesis profiles, and a cache folder of the tests' own."""

import gc
import os

import hypothesis
import pytest

gc.set_threshold(100_000, 20, 20)  # the tests themselves stay: looking through them is in vain
hypothesis.settings.register_profile(
    "fixed",
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.register_profile(
    "long",
    max_examples=5000,
    derandomize=False,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


def pytest_addoption(parser):
    parser.addoption("--refresh-golden", action="store_true", help="rewrite tests/golden")
    parser.addoption("--numba", action="store_true", help="all programs of the corpus by Numba")
    parser.addoption("--long", action="store_true", help="many more generated programs, at random")


def pytest_configure(config):
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "fixed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What a fixture makes for the tests of a module, one worker makes, which runs them."""
    for item in items:
        fixtures = [made for each in item._fixtureinfo.name2fixturedefs.values() for made in each]
        grouped = item.get_closest_marker("xdist_group")
        if grouped is None and any(made.scope == "module" for made in fixtures):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from scheduling import Groups

    return Groups(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    """Nothing is read from, or left in, the cache of the user who runs the tests.

    What one worker has compiled, no other compiles.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCOMPILE_CACHE", str(folder / "cache"))
        yield


@pytest.fixture(autouse=True, scope="session")
def _verified():
    """Every pass leaves a trace that keeps the invariants."""
    from traces import each_once

    from adcompile.trace.verify import verify
    from adcompile.trace.watch import watching

    with watching(each_once(verify)):
        yield
