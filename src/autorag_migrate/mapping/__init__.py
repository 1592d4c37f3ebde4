"""The table: every fact about the two APIs that this project relies on, stated once, as data.

The request and response translators, the codemods and the tables in MIGRATION.md all read these
rows. A row that maps one thing to another carries how sure the fact is (`Certainty`):

- ``"H"``: a machine specification, source code, or several agreeing sources;
- ``"M"``: one good source, or an inference;
- ``"?"``: nothing public settles it. It is a `Setting` with a stated default, never a silent guess.

The facts come from Cloudflare's documentation, its OpenAPI description, the official Python SDK
5.9.0 and workerd's source, as of 2026-11-21. The live service was never asked.

Paths are written the way the codemods speak of them: request paths are dotted and start at the
body (``ranking_options.score_threshold``); answer paths start with ``$``, and ``[]`` stands for
each element of a list (``$.result.data[].score``).
"""

from ._words import Certainty, Severity
from .binding import (
    BINDING,
    BINDING_ERRORS,
    BINDING_METHODS,
    BINDING_NAMES,
    WORKER_NEEDS,
    BindingCall,
)
from .error import ERRORS, PATH_PREFIX, PAUSED, QUOTA_USED, SYNC_COOLDOWN, ErrorCode
from .filters import (
    FILTER_COMBINATIONS,
    FILTER_KEYS,
    FILTER_LIMIT,
    FILTER_LIST_OPERATORS,
    FILTER_OPERATORS,
    FILTER_PREFIX_BYTES,
    FILTER_REFUSALS,
    FILTER_SHAPE,
    FILTER_TIMESTAMP_KEYS,
    FilterCombination,
    FilterOperator,
)
from .limits import (
    AUTH_HEADERS,
    ITEM_STATUSES,
    LIMITS,
    MESSAGE_ROLES,
    NAME_LENGTH,
    RESERVED_METADATA,
    Limit,
)
from .notes import NOTES, NoteCode
from .request import MESSAGE, NEW_OPTIONS, PINS, REQUEST_FIELDS, NewOption, Pin, RequestField
from .response import (
    CHAT_CONSTANTS,
    CHAT_KEYS,
    CHAT_UNKNOWN,
    CHUNK_KEYS,
    CONTENT_PART_TEXT,
    ENVELOPE,
    RESPONSE_FIELDS,
    RESULT_INFO,
    RESULT_KEYS,
    TIMESTAMP_MILLISECONDS_FROM,
    TOOL_CALLS,
    ResponseField,
)
from .routes import (
    API_HOST,
    BASE_URL,
    INSTANCE_NAME,
    MANAGEMENT_ABSENT,
    MANAGEMENT_ADDITIONS,
    MANAGEMENT_FIELDS,
    MANAGEMENT_LISTS,
    MANAGEMENT_OPTIONAL,
    MARKER,
    NEEDLES,
    NEW_ROUTES,
    ROUTE_PREFIXES,
    ROUTES,
    SCOPE_HINT,
    SCOPES,
    NewRoute,
    Route,
)
from .settings import SETTINGS, Setting
from .stream import CHAT_FRAME, CHAT_FRAME_OBJECT, STREAM

__all__ = [
    "API_HOST",
    "AUTH_HEADERS",
    "BASE_URL",
    "BINDING",
    "BINDING_ERRORS",
    "BINDING_METHODS",
    "BINDING_NAMES",
    "CHAT_CONSTANTS",
    "CHAT_FRAME",
    "CHAT_FRAME_OBJECT",
    "CHAT_KEYS",
    "CHAT_UNKNOWN",
    "CHUNK_KEYS",
    "CONTENT_PART_TEXT",
    "ENVELOPE",
    "ERRORS",
    "FILTER_COMBINATIONS",
    "FILTER_KEYS",
    "FILTER_LIMIT",
    "FILTER_LIST_OPERATORS",
    "FILTER_OPERATORS",
    "FILTER_PREFIX_BYTES",
    "FILTER_REFUSALS",
    "FILTER_SHAPE",
    "FILTER_TIMESTAMP_KEYS",
    "INSTANCE_NAME",
    "ITEM_STATUSES",
    "LIMITS",
    "MANAGEMENT_ABSENT",
    "MANAGEMENT_ADDITIONS",
    "MANAGEMENT_FIELDS",
    "MANAGEMENT_LISTS",
    "MANAGEMENT_OPTIONAL",
    "MARKER",
    "MESSAGE",
    "MESSAGE_ROLES",
    "NAME_LENGTH",
    "NEEDLES",
    "NEW_OPTIONS",
    "NEW_ROUTES",
    "NOTES",
    "PATH_PREFIX",
    "PAUSED",
    "PINS",
    "QUOTA_USED",
    "REQUEST_FIELDS",
    "RESERVED_METADATA",
    "RESPONSE_FIELDS",
    "RESULT_INFO",
    "RESULT_KEYS",
    "ROUTES",
    "ROUTE_PREFIXES",
    "SCOPES",
    "SCOPE_HINT",
    "SETTINGS",
    "STREAM",
    "SYNC_COOLDOWN",
    "TIMESTAMP_MILLISECONDS_FROM",
    "TOOL_CALLS",
    "WORKER_NEEDS",
    "BindingCall",
    "Certainty",
    "ErrorCode",
    "FilterCombination",
    "FilterOperator",
    "Limit",
    "NewOption",
    "NewRoute",
    "NoteCode",
    "Pin",
    "RequestField",
    "ResponseField",
    "Route",
    "Setting",
    "Severity",
]
