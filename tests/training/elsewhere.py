"""A device that is none: tensors that say they are elsewhere, and refuse to meet those that are here.

It asks of a program what a GPU does, where there is none: every tensor of a computation is made on its device or
brought there, and nobody looks at its memory from here. The numbers come from the processor: results can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

_COPIES = {torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default}


@cache
def elsewhere() -> torch.device:
    """The device, made known to torch."""
    _setup_privateuseone_for_python_backend("elsewhere")
    return torch.device("elsewhere:0")


class Away(Tensor):
    """A tensor that says it is elsewhere; its numbers are in ``held``."""

    held: Tensor
    __module__ = "torch"  # as of any tensor: `rnnlab.networks.arrays` goes by it

    @staticmethod
    def __new__(cls, held: Tensor) -> Away:
        layout = {"strides": held.stride(), "storage_offset": held.storage_offset()}
        made = Tensor._make_wrapper_subclass(cls, held.size(), **layout, dtype=held.dtype, device=elsewhere())  # type: ignore[attr-defined]
        made.held = held
        return made

    @classmethod
    def __torch_dispatch__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return compute(function, args, kwargs or {})


class Elsewhere(TorchDispatchMode):
    """While it lasts, tensors can be made on the device."""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return compute(function, args, kwargs or {})


def compute(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Do it on the processor, if all that takes part is in one place."""
    away: dict[int, Tensor] = {}
    here: dict[int, Tensor] = {}

    def held(x: Any) -> Any:
        if isinstance(x, Away):
            away[id(x.held)] = x
            return x.held
        if isinstance(x, Tensor):
            here[id(x)] = x
        return x

    asked = kwargs.get("device")
    inner_args, inner_kwargs = _each(held, args), {name: _each(held, value) for name, value in kwargs.items()}
    if away and any(x.dim() for x in here.values()) and function not in _COPIES:
        raise RuntimeError(f"{function}: tensors here and elsewhere meet")
    goes_away = bool(away) if asked is None else torch.device(asked).type == elsewhere().type
    if asked is not None:
        inner_kwargs["device"] = torch.device("cpu")
    known = away | here

    def back(x: Any) -> Any:
        return known.get(id(x), x) if id(x) in known or not isinstance(x, Tensor) or not goes_away else Away(x)

    return _each(back, function(*inner_args, **inner_kwargs))


def _each(of: Callable[[Any], Any], x: Any) -> Any:
    """It, or what is in a list or tuple."""
    return type(x)(_each(of, item) for item in x) if type(x) in (list, tuple) else of(x)
