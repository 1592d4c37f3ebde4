"""Configuration that changes together with the code that reads it.

A deployment may set a variable where no file says so. So nothing changes unless it is asked for;
then the files that were searched are taken for the only places that set it.
"""

from .obstacles import variables_in
from .settings import Setting, Variable, Variables, as_module, changed, in_order, values_of
from .shown import plain_diff
from .told import set_anew, told

__all__ = [
    "Setting",
    "Variable",
    "Variables",
    "as_module",
    "changed",
    "in_order",
    "plain_diff",
    "set_anew",
    "told",
    "values_of",
    "variables_in",
]
