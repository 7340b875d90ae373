"""The examples in docstrings run and print what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import rnnlab.spec
import rnnlab.tasks


def test_examples() -> None:
    attempted = 0
    for package in (rnnlab.tasks, rnnlab.spec):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            failed, tried = doctest.testmod(importlib.import_module(info.name))
            assert failed == 0, info.name
            attempted += tried
    assert attempted >= 6
