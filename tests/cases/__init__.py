"""The table of cases, one module for each family of rules; `ALL` is the whole."""

import importlib
import pkgutil

ALL = [
    case
    for module in pkgutil.iter_modules(__path__)
    if module.name != "case"
    for case in importlib.import_module(f"{__name__}.{module.name}").CASES
]
