"""The tool for GradBench answers every message, and its answers are those of other computations."""

import json
import math
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.gradbench import check, derive, inputs
from benchmarks.gradbench.derive import BACKENDS

ROOT = pathlib.Path(__file__).parents[1]


def mirrored():
    given = inputs.ht(24, 5, True)
    given["data"]["model"]["is_mirrored"] = True
    return given


def unturned():
    given = inputs.ht(24, 5, False)
    given["theta"][:3] = [0.0, 0.0, 0.0]
    return given


def straight():
    given = inputs.ba(2, 3, 5)
    given["cam"][:3] = [0.0, 0.0, 0.0]
    return given


SPECIAL = {
    "llsq": [inputs.llsq(8, 1)],
    "lse": [inputs.lse(1), {"x": [-1000.0, -1000.5, 3e-300]}],
    "ode": [inputs.ode(1, 3), inputs.ode(40, 9)],
    "det": [inputs.det(1), inputs.det(2), inputs.det(6)],
    "gmm": [inputs.gmm(1, 2, 5), inputs.gmm(2, 1, 1), inputs.gmm(4, 3, 7) | {"m": 2, "gamma": 0.7}],
    "lstm": [inputs.lstm(1, 2, 1), inputs.lstm(4, 12, 14)],
    "ba": [straight(), inputs.ba(3, 2, 40)],
    "ht": [mirrored(), unturned()],
    "kmeans": [inputs.kmeans(1, 1, 1), inputs.kmeans(5, 60)],
}


def questions():
    """(problem, function, input) of all that is evaluated."""
    for problem, functions in inputs.FUNCTIONS.items():
        for function in functions:
            for given in [*inputs.small(problem), *SPECIAL.get(problem, [])]:
                yield problem, function, given


def answers(messages, *options):
    """What a tool that was sent these messages wrote, by id."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.gradbench", *options],
        input="".join(json.dumps(message) + "\n" for message in messages),
        capture_output=True, text=True, cwd=ROOT, timeout=1800,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["id"] for line in lines] == [message["id"] for message in messages]
    return lines


@pytest.fixture(scope="module", params=["none", "auto"])
def evaluated(request):
    asked = [{"kind": "define", "module": problem} for problem in inputs.FUNCTIONS]
    for problem, function, given in questions():
        if isinstance(given, dict):
            given = {**given, "min_runs": 2, "min_seconds": 0.0}
        asked.append(
            {"kind": "evaluate", "module": problem, "function": function, "input": given}
        )
    messages = [{"id": i, **message} for i, message in enumerate(asked)]
    found = answers(messages, "--backend", request.param)
    assert found[: len(inputs.FUNCTIONS)] == [
        {"id": i, "success": True} for i in range(len(inputs.FUNCTIONS))
    ]
    return list(zip(messages, found))[len(inputs.FUNCTIONS) :]


@pytest.mark.parametrize("problem", list(inputs.FUNCTIONS))
def test_answers(evaluated, problem):
    of_it = [pair for pair in evaluated if pair[0]["module"] == problem]
    assert of_it
    for message, answer in of_it:
        assert answer["success"], answer
        assert set(answer) == {"id", "success", "output", "timings"}
        assert len(answer["timings"]) >= (1 if problem == "hello" else 2)
        for timing in answer["timings"]:
            assert timing["name"] == "evaluate" and isinstance(timing["nanoseconds"], int)
        worst = check.compare(problem, message["function"], message["input"], answer["output"])
        assert worst <= 1e-8


def test_the_result_that_is_known():
    assert check.descents.particle({"w": 0.0})[0] == pytest.approx(0.20719187464861194, rel=1e-12)
    assert check.descents.saddle({"start": [1, 1]}) == pytest.approx([8.2463e-06] * 4, rel=1e-5)


def test_the_protocol():
    messages = [
        {"id": 0, "kind": "start", "eval": "hello"},
        {"id": 1, "kind": "evaluate", "module": "lse", "function": "primal", "input": {"x": [1.0]}},
        {"id": 2, "kind": "define", "module": "nothing"},
        {"id": 3, "kind": "define", "module": "lse"},
        {"id": 4, "kind": "evaluate", "module": "lse", "function": "secondary", "input": {}},
        {"id": 5, "kind": "evaluate", "module": "lse", "function": "primal", "input": {}},
        {"id": 6, "kind": "evaluate", "module": "lse", "function": "primal",
         "input": {"x": [math.nan]}},
        {"id": 7, "kind": "evaluate", "module": "lse", "function": "gradient",
         "input": {"x": [2.5], "min_runs": 1, "min_seconds": 0.02}},
        {"id": "eight", "kind": "analysis", "of": 7, "valid": False, "error": "none"},
    ]  # fmt: skip
    found = answers(messages, "--backend", "none")
    assert found[0] == {"id": 0, "tool": "adcompile"}
    for i, words in ((1, "not defined"), (2, "no module nothing"), (4, "no function secondary"),
                     (5, "KeyError: x"), (6, "not JSON compliant")):  # fmt: skip
        assert set(found[i]) == {"id", "success", "error"}
        assert found[i]["success"] is False and words in found[i]["error"]
    assert found[3] == {"id": 3, "success": True}
    assert found[7]["output"] == [1.0]
    assert sum(timing["nanoseconds"] for timing in found[7]["timings"]) >= 20_000_000
    assert found[8] == {"id": "eight"}


def floats(output, path=()):
    """Where the floats of an output are."""
    if isinstance(output, float):
        yield abs(output), path
    elif isinstance(output, (list, dict)):
        for key, item in output.items() if isinstance(output, dict) else enumerate(output):
            yield from floats(item, (*path, key))


def changed(output, path, change):
    if not path:
        return change(output)
    output = output.copy()
    output[path[0]] = changed(output[path[0]], path[1:], change)
    return output


def spoiled(output):
    """The output with its largest number a little wrong, with one that is none, and cut short."""
    _, path = max(floats(output))
    yield changed(output, path, lambda x: x * (1 + 1e-7) if x else 1e-7)
    yield changed(output, path, lambda x: math.nan)
    if isinstance(output, list):
        yield output[:-1]


def test_wrong_answers_are_seen(evaluated):
    for message, answer in evaluated:
        for output in spoiled(answer["output"]):
            with pytest.raises(check.Wrong):
                check.compare(message["module"], message["function"], message["input"], output)


def test_the_workloads_are_two_sizes_of_every_problem():
    listed = [(name, problem, function) for name, problem, function, _ in inputs.workloads()]
    assert len(listed) == len(set(listed))
    for problem, functions in inputs.FUNCTIONS.items():
        names = {name for name, of, _ in listed if of == problem}
        assert len(names) == {"hello": 0, "particle": 1, "saddle": 1}.get(problem, 2)
        for name in names:
            assert {function for n, _, function in listed if n == name} == set(functions)


def test_inputs_are_always_the_same():
    for problem in inputs.FUNCTIONS:
        assert list(inputs.small(problem)) == list(inputs.small(problem))


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_is_asked_for(backend):
    define = {"id": 0, "kind": "define", "module": "hello"}
    (found,) = answers([define], "--backend", backend)
    assert found["success"] or (backend == "numba" and "numba" in found["error"].lower())


def test_the_faster_way_is_taken_for_each_size(monkeypatch):
    took = {"numba": {3: 2.0, 50: 4.0, 90: 1.0, 95: 1.0}, "plain": {3: 9.0, 50: 1.0, 90: 31.0}}

    def compiled(x):
        return "numba"

    def interpreted(x):
        return "plain"

    def seconds(function, args):
        return took[function(*args)][derive.elements(args)]  # none is asked for at 95

    monkeypatch.setattr(derive, "seconds", seconds)
    call = derive.Faster(compiled, interpreted)
    assert [call(np.zeros(n)) for n in (3, 50, 90, 95, 50)] == [
        "numba", "plain", "numba", "numba", "plain",
    ]  # fmt: skip
    assert call.told() == "numba, but interpreted with 50 numbers"
