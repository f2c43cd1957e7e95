"""The version, a part of every digest."""

VERSION = "0.1.0"
