"""What a program means: abstract values, the calls that send, and where their answers are read."""

from .facts import Export, Facts, Getter, Simplification, WrongRead
from .interpret import Unit, interpret
from .parts import FindModule, Library
from .positions import MisalignedError, Positions
from .run import BudgetError, Run
from .sites import Block, Guard, Identity, Read, Send, Site, Step, StreamParse
from .tree import Parents

__all__ = [
    "Block",
    "BudgetError",
    "Export",
    "Facts",
    "FindModule",
    "Getter",
    "Guard",
    "Identity",
    "Library",
    "MisalignedError",
    "Parents",
    "Positions",
    "Read",
    "Run",
    "Send",
    "Simplification",
    "Site",
    "Step",
    "StreamParse",
    "Unit",
    "WrongRead",
    "interpret",
]
