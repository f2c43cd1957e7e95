"""collections.deque written out in the accepted language: a list whose first item is taken, too."""

from __future__ import annotations


class Deque:
    def __init__(self, iterable=None, maxlen=None):
        self.maxlen = maxlen
        if iterable is None:
            self.held = []
        else:
            self.held = list(iterable)
            if maxlen is not None and len(self.held) > maxlen:
                self.held = self.held[len(self.held) - maxlen :]

    def append(self, x):
        self.held.append(x)
        if self.maxlen is not None and len(self.held) > self.maxlen:
            self.held.pop(0)

    def appendleft(self, x):
        self.held.insert(0, x)
        if self.maxlen is not None and len(self.held) > self.maxlen:
            self.held.pop()

    def extend(self, iterable):
        for x in iterable:
            self.append(x)

    def extendleft(self, iterable):
        for x in iterable:
            self.appendleft(x)

    def pop(self):
        return self.held.pop()

    def popleft(self):
        return self.held.pop(0)

    def clear(self):
        self.held.clear()

    def insert(self, index, x):
        if self.maxlen is not None and len(self.held) >= self.maxlen:
            raise IndexError("deque already at its maximum size")
        self.held.insert(index, x)

    def rotate(self, n=1):
        if len(self.held) > 0:
            at = -n % len(self.held)
            self.held = self.held[at:] + self.held[:at]

    def __iadd__(self, iterable):
        self.extend(list(iterable))
        return self

    def copy(self):
        return Deque(self.held, self.maxlen)

    def count(self, x):
        return self.held.count(x)

    def index(self, x):
        return self.held.index(x)

    def remove(self, x):
        self.held.remove(x)

    def reverse(self):
        self.held.reverse()

    def __len__(self):
        return len(self.held)

    def __iter__(self):
        return iter(self.held)

    def __getitem__(self, index):
        return self.held[index]

    def __setitem__(self, index, value):
        self.held[index] = value
