"""Options, hypothesis profiles, and a cache folder of the tests' own."""

import hypothesis
import pytest

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from scheduling import Groups

    return Groups(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    """Nothing is read from, or left in, the cache of the user who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCOMPILE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _verified():
    """Every pass leaves a trace that keeps the invariants."""
    from traces import each_once

    from adcompile.trace.verify import verify
    from adcompile.trace.watch import watching

    with watching(each_once(verify)):
        yield
