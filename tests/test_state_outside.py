"""What the module and closures hold is read as it is at the call, and left so."""

from __future__ import annotations

import array
import collections
import copy
import queue

import numpy as np
import pytest

import adcompile as ad

COUNTS, TABLE, WORK, LOG = [2.0], {"k": 1.5}, np.array([1.0, 2.0, 3.0]), [0.5]
X, DOT = np.array([0.7, -1.2, 2.1]), np.array([0.3, -0.8, 0.5])


class Filter:
    def __init__(self):
        self.last = np.array([0.1, 0.2, 0.3])
        self.calls = 1.0

    def __call__(self, x):
        self.calls += 1.0
        moved = (x - self.last) * self.calls
        self.last[:] = x
        return np.sum(moved * self.last)


FILTER = Filter()


def counting():
    held = [1.0]

    def g(x):
        held[0] *= 2.0
        return np.sum(x**2) * held[0]

    return g, held


COUNTING, HELD = counting()


def of_a_list(x):
    COUNTS[0] += 1.0
    return np.sum(x**2) * COUNTS[0]


def of_a_dictionary(x):
    TABLE["k"] += 1.0
    return np.sum(x**2) * TABLE["k"]


def of_an_array(x):
    WORK[1:] += WORK[:-1]
    return np.sum(x**2 * WORK)


def of_a_history(x):
    LOG.append(x[0] * 2.0)
    return np.sum(x**2) * len(LOG) + sum(LOG)


def of_an_object(x):
    return FILTER(x)


def of_a_closure(x):
    return COUNTING(x)


def state():
    return copy.deepcopy((COUNTS, TABLE, WORK.tolist(), LOG, vars(FILTER), HELD))


def put_back(kept):
    COUNTS[:], LOG[:], HELD[:] = kept[0], kept[3], kept[5]
    TABLE.update(kept[1])
    WORK[:] = kept[2]
    FILTER.last, FILTER.calls = kept[4]["last"].copy(), kept[4]["calls"]


def primal(function, x):
    """The value from the state as it is, which is put back."""
    kept = state()
    value = function(x)
    put_back(kept)
    return value


@pytest.mark.parametrize(
    "function",
    [of_a_list, of_a_dictionary, of_an_array, of_a_history, of_an_object, of_a_closure],
)
def test_state_is_read_at_each_call_and_left(function):
    begin = state()
    for _ in range(3):
        kept = state()
        value = primal(function, X)
        ends = [primal(function, X + s * DOT) for s in (1e-6, -1e-6)]
        found, dot = ad.jvp(function, (X,), (DOT,))
        again, pullback = ad.vjp(function, X)
        bar = pullback(1.0)[0]
        np.testing.assert_equal(state(), kept)
        assert found == again == pytest.approx(value, rel=1e-12)
        assert dot == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-7)
        assert bar @ DOT == pytest.approx(dot, rel=1e-12)
        function(X)  # which changes it for the next call
    put_back(begin)


# -- objects without a rule, which each run of the program would change again

SEEN, QUEUE, LAST, BYTES, NUMBERS = set(), queue.Queue(), collections.deque([1.0]), bytearray(), (
    array.array("d", [1.0])
)  # fmt: skip
DRAWS = np.random.default_rng(3)


class Holder:
    names = set()  # noqa: RUF012

    def __init__(self):
        self.mine = set()

    def own(self, x):
        self.mine.add(len(self.mine))
        return x * len(self.mine)

    def of_all(self, x):
        self.names.add(len(self.names))
        return x * len(self.names)


HOLDER = Holder()


def closing_over():
    seen = set()

    def g(x):
        seen.add(len(seen))
        return x * len(seen)

    return g


CLOSING = closing_over()


def of_a_set(x):
    SEEN.add(len(SEEN))
    return x * len(SEEN)


def by_another_name(x):
    names = SEEN
    names.add(x > 0.0)
    return x * len(SEEN)


def asked_in_a_branch(x):
    y = x * x
    if 3 not in SEEN:
        SEEN.add(3)
        y = y * 2.0
    return y


def asked_in_a_loop(x):
    while len(SEEN) < 5:
        SEEN.add(len(SEEN))
        x = x * 1.5
    return x


def asked_before_a_break(x):
    for k in range(5):
        SEEN.add(k)
        x = x * 1.5
        if len(SEEN) > 3:
            break
    return x


def changed_by_a_callee(x):
    def mark(k):
        SEEN.add(k)

    mark(3)
    return x * len(SEEN)


def down(k, x):
    if k == 0:
        return x
    SEEN.add(k)
    return down(k - 1, x * len(SEEN))


def in_a_recursion(x):
    return down(3, x)


def taken_from(x):
    return x * SEEN.pop()


def of_a_default(x, seen=set()):  # noqa: B006
    seen.add(len(seen))
    return x * len(seen)


def of_a_queue(x):
    QUEUE.put(1.0)
    return x * QUEUE.qsize()


def of_a_deque(x):
    LAST.append(2.0)
    return x * float(LAST[0])


def of_bytes(x):
    BYTES.append(3)
    return x * len(BYTES)


def of_numbers(x):
    NUMBERS.append(3.0)
    return x * float(NUMBERS[0])


def of_an_attribute(x):
    return HOLDER.own(x)


def of_a_class(x):
    return HOLDER.of_all(x)


def of_a_closures_set(x):
    return CLOSING(x)


REFUSED = [
    of_a_set, by_another_name, asked_in_a_branch, asked_in_a_loop, asked_before_a_break,
    changed_by_a_callee, in_a_recursion, taken_from, of_a_default, of_a_queue, of_a_deque,
    of_bytes, of_numbers,
    of_an_attribute, of_a_class, of_a_closures_set,
]  # fmt: skip


@pytest.mark.parametrize("function", REFUSED)
def test_what_has_no_rule_is_not_changed_and_read(function):
    for derived in (ad.grad(function), lambda x: ad.vjp(function, x)):
        with pytest.raises(ad.RejectedError, match="made outside of the program") as caught:
            derived(2.0)
        assert caught.value.code == "ADC504"
        assert caught.value.text.strip()


def only_changed(x):
    SEEN.add(7)
    return x * x


def only_read(x):
    return x * (len(SEEN) + 1)


def only_shown(x):
    SEEN.add(len(SEEN))
    if 3 not in SEEN:
        print("not there")
    print(len(SEEN))
    return x * x


def of_the_program(x):
    seen = set()
    for k in range(5):
        seen.add(k % 3)
    return x * len(seen)


def drawn(x):
    return x * DRAWS.normal()


@pytest.mark.parametrize("function", [only_changed, only_read, only_shown, of_the_program, drawn])
def test_what_is_only_changed_or_only_read_is_kept_and_run_once(function, capsys):
    SEEN.clear()
    state = DRAWS.bit_generator.state
    value, shown, held = function(1.7), capsys.readouterr().out, set(SEEN)
    SEEN.clear()
    DRAWS.bit_generator.state = state
    found, bar = ad.value_and_grad(function)(1.7)
    assert (found, capsys.readouterr().out, SEEN) == (value, shown, held)
    DRAWS.bit_generator.state = state
    slope = function(2.7) - value
    assert bar == pytest.approx(slope if function in (only_read, of_the_program, drawn) else 3.4)


def counted_in_closures():
    count = 0.0

    def once(x):
        nonlocal count
        count += 1.0
        return x * x * count

    def deeper(x):
        def again():
            nonlocal count
            count += x

        again()
        return x * count

    def only_read_here(x):
        nonlocal count
        return x * (count + 3.0)

    def of_its_own(x):
        total = 0.0

        def add(v):
            nonlocal total
            total += v * (count + 1.0)

        add(x)
        add(x * x)
        return total

    return once, deeper, only_read_here, of_its_own


ONCE, DEEPER, ONLY_READ, OF_ITS_OWN = counted_in_closures()


@pytest.mark.parametrize("function", [ONCE, DEEPER])
def test_a_name_of_a_closure_that_is_assigned_is_refused_where_it_is_declared(function):
    with pytest.raises(ad.RejectedError, match="count, a name of the function around,") as found:
        ad.grad(function)(1.7)
    assert found.value.code == "ADC102"
    assert found.value.text.strip() == "nonlocal count"


def test_one_that_is_only_read_or_of_the_function_itself_is_not():
    assert ad.grad(ONLY_READ)(1.7) == 3.0
    assert ad.grad(OF_ITS_OWN)(1.7) == pytest.approx(1.0 + 2 * 1.7)
