"""Programs in which items change places: rows, pairs, objects, heaps written out by hand."""

import heapq

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


def sifted_by_hand(x: "Float[np.ndarray, '4']"):
    heap = []
    for i, value in enumerate(x):
        heap.append((value * value, i))
        at = len(heap) - 1
        while at > 0:
            above = (at - 1) // 2
            if heap[at][0] >= heap[above][0]:
                break
            heap[at], heap[above] = heap[above], heap[at]
            at = above
    return sum(key * (n + 1) for n, (key, _) in enumerate(heap)) + heap[0][1] * heap[0][0]


add(sifted_by_hand, X)


def rotated_rows(a: "Float[np.ndarray, '3 3']"):
    """Three of a list change places in a ring, two of them twice."""
    rows = [list(row) for row in a]
    for k in range(len(rows) - 1):
        rows[k], rows[k + 1] = rows[k + 1], rows[k]
        rows[k][0] += rows[k + 1][1] * rows[k][2]
    rows[0], rows[-1] = rows[-1], rows[0]
    rows[1], rows[1] = rows[1], rows[1]
    return sum(row[0] * row[1] * (k + 1) for k, row in enumerate(rows))


add(rotated_rows, A)


def read_while_they_change_places(x: "Float[np.ndarray, '4']"):
    """What is kept of the items before is read after, and so is the list between the writes."""
    values = [v * v for v in x]
    total = 0.0
    for i in range(len(values) - 1):
        first = values[i]
        second = values[i + 1]
        if first > second:
            values[i] = second
            total += sum(values) * first
            values[i + 1] = first
        total += first * second
    return total + values[0] * values[-1]


add(read_while_they_change_places, X)


class Job:
    def __init__(self, cost, due):
        self.cost, self.due = cost, due
        self.done = 0.0


def jobs_in_order(x: "Float[np.ndarray, '4']", rate: float):
    jobs = [Job(value * value, n) for n, value in enumerate(x)]
    for i in range(len(jobs)):
        best = i
        for j in range(i + 1, len(jobs)):
            if jobs[j].cost < jobs[best].cost:
                best = j
        jobs[i], jobs[best] = jobs[best], jobs[i]
        jobs[i].done = (jobs[i - 1].done if i else 0.0) + rate * jobs[i].cost
    return sum(job.done * (job.due + 1) for job in jobs)


add(jobs_in_order, X, 0.7)


def events(x: "Float[np.ndarray, '4']", until: float):
    """A queue of events, each of which makes others; what has happened is a set."""
    queue = [(abs(value), n, value) for n, value in enumerate(x)]
    heapq.heapify(queue)
    seen = set()
    state = 1.0
    while queue:
        time, number, size = heapq.heappop(queue)
        if time > until:
            break
        state += size * np.exp(-time)
        if number not in seen:
            seen.add(number)
            heapq.heappush(queue, (time + state * state * 0.3, number, size * 0.5))
    return state * len(seen)


add(events, X, 1.7)
