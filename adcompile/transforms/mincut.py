"""The cheapest set of vertices that cuts the sources from the sinks (Dinic's maximum flow)."""

from __future__ import annotations

from collections.abc import Sequence

INFINITE = 10**9


class Network:
    """Vertices 0 .. n-1, each split in two halves joined by an arc of its capacity."""

    def __init__(self, capacities: Sequence[int]) -> None:
        self.size = len(capacities)
        self.source, self.sink = 2 * self.size, 2 * self.size + 1
        self.arcs: list[list[int]] = [[] for _ in range(2 * self.size + 2)]
        self.head: list[int] = []
        self.room: list[int] = []
        for vertex, capacity in enumerate(capacities):
            self._arc(2 * vertex, 2 * vertex + 1, capacity)

    def _arc(self, tail: int, head: int, room: int) -> None:
        for a, b, r in ((tail, head, room), (head, tail, 0)):
            self.arcs[a].append(len(self.head))
            self.head.append(b)
            self.room.append(r)

    def edge(self, tail: int, head: int) -> None:
        self._arc(2 * tail + 1, 2 * head, INFINITE)

    def supply(self, vertex: int, room: int | None = None) -> None:
        """Let a vertex begin a path, at no more than this (None: whatever it costs)."""
        self._arc(self.source, 2 * vertex, INFINITE if room is None else room)

    def demand(self, vertex: int) -> None:
        self._arc(2 * vertex + 1, self.sink, INFINITE)

    def cut(self) -> list[int]:
        """The vertices of a minimum cut, of those the one nearest to the sinks."""
        while self._levels():
            self._block()
        reached = {self.sink}
        stack = [self.sink]
        while stack:
            for arc in self.arcs[stack.pop()]:
                tail = self.head[arc]
                if self.room[arc ^ 1] and tail not in reached:
                    reached.add(tail)
                    stack.append(tail)
        return [v for v in range(self.size) if 2 * v + 1 in reached and 2 * v not in reached]

    def _levels(self) -> bool:
        self.level = [-1] * len(self.arcs)
        self.level[self.source] = 0
        queue = [self.source]
        for vertex in queue:
            for arc in self.arcs[vertex]:
                head = self.head[arc]
                if self.room[arc] and self.level[head] < 0:
                    self.level[head] = self.level[vertex] + 1
                    queue.append(head)
        return self.level[self.sink] >= 0

    def _block(self) -> None:
        """Fill every shortest path, each arc looked at once."""
        following = [0] * len(self.arcs)
        path: list[int] = []
        vertex = self.source
        while True:
            if vertex == self.sink:
                room = min(self.room[arc] for arc in path)
                for arc in path:
                    self.room[arc] -= room
                    self.room[arc ^ 1] += room
                path.clear()
                vertex = self.source
            elif following[vertex] < len(self.arcs[vertex]):
                arc = self.arcs[vertex][following[vertex]]
                head = self.head[arc]
                if self.room[arc] and self.level[head] == self.level[vertex] + 1:
                    path.append(arc)
                    vertex = head
                else:
                    following[vertex] += 1
            elif vertex == self.source:
                return
            else:
                self.level[vertex] = -1
                vertex = self.head[path.pop() ^ 1]
